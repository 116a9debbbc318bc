import { stopOnSignals } from '../stop-signal.js';
import { readOptions } from './options.js';
import { runDemo } from './run-demo.js';

const options = readOptions(process.argv.slice(2));
process.exit('exitCode' in options ? options.exitCode : await runDemo(options, stopOnSignals()));
