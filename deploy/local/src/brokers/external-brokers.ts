import { UnavailableError } from '@tercet/kit';
import type { Brokers } from './brokers.js';

/** Addresses given by the environment; undefined unless both are there. */
export function externalBrokers(): { kafkaBrokers: string[]; redisUrl: string } | undefined {
  const kafka = process.env['TERCET_KAFKA_BROKERS'];
  const redisUrl = process.env['TERCET_REDIS_URL'];
  if (!kafka || !redisUrl) return undefined;
  return { kafkaBrokers: kafka.split(',').map((one) => one.trim()), redisUrl };
}

export function useExternal(report: (line: string) => void): Brokers {
  const addresses = externalBrokers();
  if (!addresses) {
    throw new UnavailableError(
      'broker_unavailable',
      'TERCET_BROKERS=external needs TERCET_KAFKA_BROKERS and TERCET_REDIS_URL',
    );
  }
  report(`brokers: external, Kafka at ${addresses.kafkaBrokers.join(', ')}`);
  return { kind: 'external', ...addresses, stop: async () => undefined };
}
