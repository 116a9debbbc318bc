/** SIGINT, SIGTERM or SIGHUP of this process: the first asks to stop, a later one ends it at once. */
export interface StopSignal {
  readonly signal: AbortSignal;
  readonly requested: Promise<void>;
}

// A terminal's Ctrl-C comes from the terminal and again from each parent that hands it on.
const SAME_REQUEST_MS = 1500;

export function stopOnSignals(): StopSignal {
  const controller = new AbortController();
  let firstAtMs = 0;
  const requested = new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        if (controller.signal.aborted) {
          // The processes end with us: their guards see to that.
          if (performance.now() - firstAtMs > SAME_REQUEST_MS) process.exit(130);
          return;
        }
        firstAtMs = performance.now();
        controller.abort(new Error(`stopped by ${name}`));
        resolve();
      });
    }
  });
  return { signal: controller.signal, requested };
}
