// Entry of the inference process, forked by `child.ts`.
import { serveInference } from './inference-process.js';
import type { ToInference } from './messages.js';

serveInference({
  send: (message) => {
    // A closed channel ends the process below.
    if (process.connected) process.send?.(message, () => undefined);
  },
  onMessage: (handler) => process.on('message', (message) => handler(message as ToInference)),
  end: (message) => process.send?.(message, () => process.exit(1)),
});
process.on('disconnect', () => process.exit(0));
