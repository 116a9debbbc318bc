import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrokerMode, type Brokers, startBrokers as start } from '@tercet/local';

/**
 * Kafka and Redis for tests, chosen as deploy/local chooses them. Inside a run that has brokers already (the runner's
 * global set-up names them in the environment) those are used and `stop` leaves them alone.
 */
export async function startBrokers(options: { mode?: BrokerMode } = {}): Promise<Brokers> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tercet-brokers-'));
  const release = () => rmSync(dataDir, { recursive: true, force: true });
  try {
    const report = (line: string) => process.stderr.write(`${line}\n`);
    const brokers = await start({ ...options, dataDir, report });
    return {
      ...brokers,
      async stop() {
        await brokers.stop();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** A topic prefix that no other test file has, so that files share brokers without meeting. */
export function uniquePrefix(name: string): string {
  return `${name.replaceAll(/[^A-Za-z0-9_-]/g, '-')}-${randomBytes(4).toString('hex')}.`;
}
