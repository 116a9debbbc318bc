export { freePort } from './free-port.js';
export { resolveKafkaJars } from './kafka-jars.js';
export type { KafkaListener } from './kafka-properties.js';
export { type KafkaOptions, type KafkaServer, startKafka } from './start-kafka.js';
export { type RedisOptions, type RedisServer, startRedis } from './start-redis.js';
