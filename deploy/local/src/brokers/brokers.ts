import { mkdirSync } from 'node:fs';
import { UnavailableError } from '@tercet/kit';
import { startInDocker } from './docker-brokers.js';
import { externalBrokers, useExternal } from './external-brokers.js';
import { startAsProcesses } from './process-brokers.js';

export const BROKER_MODES = ['auto', 'external', 'docker', 'processes'] as const;
/** `auto`: addresses given by the environment, else Docker, else processes. */
export type BrokerMode = (typeof BROKER_MODES)[number];

/** Kafka and Redis, however they came. */
export interface Brokers {
  readonly kind: 'external' | 'docker' | 'processes';
  readonly kafkaBrokers: readonly string[];
  readonly redisUrl: string;
  /** Stops what was started; external ones are left alone. */
  stop(): Promise<void>;
}

export interface BrokerOptions {
  /** Default: TERCET_BROKERS, else `auto`. */
  readonly mode?: BrokerMode;
  /** Logs and data lie below. */
  readonly dataDir: string;
  readonly report: (line: string) => void;
}

/**
 * Real brokers, in the documented order: addresses given by the environment; Docker, where an engine answers and the
 * images are there or pulled in time; else real processes.
 * @throws UnavailableError `broker_unavailable` where the forced way is not there.
 */
export async function startBrokers(options: BrokerOptions): Promise<Brokers> {
  const mode = options.mode ?? modeFromEnv(process.env['TERCET_BROKERS']);
  const { report } = options;
  if (mode === 'external' || (mode === 'auto' && externalBrokers() !== undefined)) return useExternal(report);
  if (mode === 'docker' || mode === 'auto') {
    const docker = await startInDocker(options);
    if ('kind' in docker) return docker;
    if (mode === 'docker') throw new UnavailableError('broker_unavailable', docker.reason);
    report(`brokers: not in Docker (${docker.reason}); as processes instead`);
  }
  mkdirSync(`${options.dataDir}/logs`, { recursive: true });
  return startAsProcesses(options);
}

/** Reads TERCET_BROKERS. Throws UnavailableError for a word that is no mode. */
export function modeFromEnv(word: string | undefined): BrokerMode {
  if (word === undefined || word === '') return 'auto';
  const mode = BROKER_MODES.find((one) => one === word);
  if (mode) return mode;
  throw new UnavailableError(
    'broker_unavailable',
    `TERCET_BROKERS is '${word}'; it may be ${BROKER_MODES.join(', ')}`,
  );
}
