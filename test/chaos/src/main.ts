import { stopOnSignals } from '@tercet/local';
import { readOptions } from './options.js';
import { runChaos } from './run-chaos.js';

const options = readOptions(process.argv.slice(2));
process.exit('exitCode' in options ? options.exitCode : await runChaos(options, stopOnSignals().signal));
