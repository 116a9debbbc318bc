import { trainLanguage } from './train-language.js';

process.exitCode = await trainLanguage(process.argv.slice(2));
