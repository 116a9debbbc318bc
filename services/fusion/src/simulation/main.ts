import { availableParallelism } from 'node:os';
import { runMutant } from './mutant-run.js';
import { readOptions } from './options.js';
import { runSimulation } from './run-simulation.js';

const options = readOptions(process.argv.slice(2), availableParallelism());
const stop = new AbortController();
process.on('SIGINT', () => stop.abort()).on('SIGTERM', () => stop.abort());
if ('exitCode' in options) process.exit(options.exitCode);
process.exit(await (options.mutant ? runMutant(options, stop.signal) : runSimulation(options, stop.signal)));
