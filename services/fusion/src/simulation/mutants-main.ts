import { availableParallelism } from 'node:os';
import { runMutants } from './run-mutants.js';

const stop = new AbortController();
process.on('SIGINT', () => stop.abort()).on('SIGTERM', () => stop.abort());
process.exit(
  await runMutants(process.argv.slice(2), availableParallelism(), stop.signal).catch((error: unknown) => {
    console.error(String(error));
    return 70;
  }),
);
