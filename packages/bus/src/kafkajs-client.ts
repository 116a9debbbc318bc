import { randomBytes } from 'node:crypto';
import type { Logger } from '@tercet/kit';
import { type Cluster, Kafka, type LogEntry, logLevel, PartitionAssigners, type SASLOptions } from 'kafkajs';
import { readFetch } from './fetch-response.js';
import type { BusConfig } from './port.js';
import { writeProduce } from './produce-request.js';
import { kafkajsRequestQueue, quietRequestQueue } from './quiet-request-queue.js';
import { readTlsFiles } from './read-tls-files.js';
import { kafkajsRequests, rememberRequires } from './remember-requires.js';
import { kafkajsEncoder, shareBuffers } from './share-buffers.js';

shareBuffers(kafkajsEncoder());
quietRequestQueue(kafkajsRequestQueue());
const requests = kafkajsRequests();
writeProduce(requests.get('produce'), kafkajsEncoder());
readFetch(requests.get('fetch'));
rememberRequires(requests.values());

/**
 * A client of its own for each consumer, producer and reader: kafkajs keeps committed offsets per client and group, so
 * that two consumers of one group on one client clear each other's.
 */
export function kafkaClient(config: BusConfig, logger: Logger): Kafka {
  const { tls, sasl } = config.security ?? {};
  return new Kafka({
    ...(tls && { ssl: readTlsFiles(tls) }),
    // The mechanisms differ in their name alone, which kafkajs's types keep apart.
    ...(sasl && { sasl: sasl as SASLOptions }),
    clientId: config.clientId,
    brokers: [...config.brokers],
    requestTimeout: config.requestTimeoutMs,
    connectionTimeout: config.connectionTimeoutMs,
    retry: connectRetry(config),
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => log(logger, entry),
  });
}

/**
 * Connecting is tried for about one request timeout; then even an endless producer's send is rejected. Spelt out, since
 * kafkajs takes other defaults under NODE_ENV=test.
 */
function connectRetry(config: BusConfig) {
  const retries = 3 + Math.ceil(config.requestTimeoutMs / 1_000);
  return { initialRetryTime: 100, maxRetryTime: 1_000, multiplier: 2, factor: 0.2, retries };
}

/**
 * A cluster handle with typed brokers, which kafkajs gives to partition assigners alone: what a reader needs that
 * belongs to no group. Reads are read_committed.
 */
export function clusterHandle(config: BusConfig, logger: Logger): Cluster {
  let handle: Cluster | undefined;
  kafkaClient(config, logger).consumer({
    groupId: `unused-${randomBytes(8).toString('hex')}`,
    allowAutoTopicCreation: false,
    partitionAssigners: [
      (given) => {
        handle = given.cluster;
        return PartitionAssigners.roundRobin(given);
      },
    ],
  });
  return handle as unknown as Cluster;
}

function log(logger: Logger, { namespace, level, log: entry }: LogEntry): void {
  // Everything kafkajs calls an error it also throws or retries; what ends a consumer is logged by who hears of it.
  const fields = { namespace, detail: entry.message, reason: String(entry['error'] ?? '') };
  if (level === logLevel.ERROR || level === logLevel.WARN) logger.warn('bus.kafkajs', fields);
  else logger.debug('bus.kafkajs', fields);
}
