import { UnavailableError } from '@tercet/kit';
import { REPOSITORY } from '../repository.js';
import { DASHBOARD_PORT, type Stack, startStack } from '../stack.js';
import { removeStackFile, writeStackFile } from '../stack-file.js';
import type { StopSignal } from '../stop-signal.js';

const EXIT = { ok: 0, unavailable: 69, stopped: 130 } as const;

/** Keeps the stack up until it is asked to stop; resolves with the exit code. Data and logs stay in `.run/up`. */
export async function runUp(options: { quiet: boolean }, stop: StopSignal): Promise<number> {
  let stack: Stack | undefined;
  try {
    stack = await startStack({
      dataDir: `${REPOSITORY}/.run/up`,
      keepData: true,
      report: say,
      dashboardPort: DASHBOARD_PORT,
      signal: stop.signal,
      ...(options.quiet ? {} : { logTo: process.stdout }),
    });
    writeStackFile({ pid: process.pid, ...stack });
    say(`up: Kafka at ${stack.kafkaBrokers.join(',')}, the gateway at ${stack.grpcAddress}; Ctrl-C stops it`);
    say(`up: the moderators' dashboard at ${stack.dashboardUrl}`);
    await stop.requested;
    return EXIT.ok;
  } catch (error) {
    if (stop.signal.aborted) return EXIT.stopped;
    if (!(error instanceof UnavailableError)) throw error;
    say(error.message);
    return EXIT.unavailable;
  } finally {
    removeStackFile();
    if (stack) say('stopping');
    await stack?.stop();
  }
}

function say(line: string): void {
  process.stderr.write(`tercet ${line}\n`);
}
