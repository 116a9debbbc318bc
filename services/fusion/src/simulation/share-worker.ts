import { parentPort, workerData } from 'node:worker_threads';
import { runShare, type Share } from './campaign.js';

// Errors are thrown by the thousand, and nobody reads where.
Error.stackTraceLimit = 0;

await runShare(workerData as Share, (tally) => {
  parentPort?.postMessage(tally);
  return true;
});
