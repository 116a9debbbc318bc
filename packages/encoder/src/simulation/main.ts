import { runLives } from './run-lives.js';

process.exit(await runLives(process.argv.slice(2)));
