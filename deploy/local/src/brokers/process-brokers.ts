import { startKafka, startRedis } from '@tercet/local-broker';
import type { BrokerOptions, Brokers } from './brokers.js';

/** Apache Kafka from its jars and redis-server, as processes that end with this one. */
export async function startAsProcesses(options: BrokerOptions): Promise<Brokers> {
  const { dataDir, report } = options;
  const start = performance.now();
  const starting = await Promise.allSettled([
    startKafka({ dataDir: `${dataDir}/kafka`, logFile: `${dataDir}/logs/kafka.log`, onProgress: report }),
    startRedis({ dataDir: `${dataDir}/redis`, logFile: `${dataDir}/logs/redis.log` }),
  ]);
  const [kafka, redis] = starting;
  if (kafka.status === 'fulfilled' && redis.status === 'fulfilled') {
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    report(`brokers: Kafka and Redis as processes, ready in ${seconds} s`);
    return {
      kind: 'processes',
      kafkaBrokers: kafka.value.brokers,
      redisUrl: redis.value.url,
      async stop() {
        await Promise.allSettled([kafka.value.stop(), redis.value.stop()]);
      },
    };
  }
  for (const one of starting) if (one.status === 'fulfilled') await one.value.stop();
  throw kafka.status === 'rejected' ? kafka.reason : (redis as PromiseRejectedResult).reason;
}
