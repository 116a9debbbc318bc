import { startBrokers } from './test-brokers.js';

/**
 * The test runner's global set-up: one set of brokers for a whole run. It hands them to test files by the variables
 * that name external brokers, so a file that starts brokers gets these.
 */
export async function setup(): Promise<() => Promise<void>> {
  const brokers = await startBrokers();
  process.env['TERCET_BROKERS'] = 'external';
  process.env['TERCET_KAFKA_BROKERS'] = brokers.kafkaBrokers.join(',');
  process.env['TERCET_REDIS_URL'] = brokers.redisUrl;
  return () => brokers.stop();
}
