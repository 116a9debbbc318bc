import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ofKind } from './render/manifest.js';
import { K8S, parseManifests, render } from './render/render.js';
import { quantity } from './rules/quantity.js';

// The operators' schemas come in no package, so these are held against what Tercet needs, not against them.
const read = (path: string) => parseManifests(readFileSync(`${K8S}/examples/${path}`, 'utf8'));

it('Kafka has the address that services are given, makes no topic by itself and loses nothing acknowledged', async () => {
  const [kafka] = ofKind(read('kafka/strimzi.yaml'), 'Kafka');
  const listener = kafka?.spec.kafka.listeners[0];
  const address = `${kafka?.metadata.name}-kafka-bootstrap.${kafka?.metadata.namespace}:${listener.port}`;
  const given = (await render(`${K8S}/overlays/prod`)).find(({ metadata }) =>
    metadata.name.startsWith('deployment-env'),
  );
  expect(given?.data?.['TERCET_KAFKA_BROKERS']).toBe(address);
  expect(listener).toMatchObject({ tls: true, authentication: { type: 'scram-sha-512' } });
  expect(given?.data).toMatchObject({
    TERCET_KAFKA_TLS: 'true',
    TERCET_KAFKA_SASL_MECHANISM: 'scram-sha-512',
  });
  const [user] = ofKind(read('kafka/strimzi.yaml'), 'KafkaUser');
  expect(user?.spec.authentication.type).toBe('scram-sha-512');
  const { config } = kafka?.spec.kafka ?? {};
  expect(config['auto.create.topics.enable']).toBe(false);
  expect(config['unclean.leader.election.enable']).toBe(false);
  for (const name of [
    'default.replication.factor',
    'offsets.topic.replication.factor',
    'transaction.state.log.replication.factor',
  ])
    expect(config[name]).toBeGreaterThan(config['min.insync.replicas']);
  expect(config['min.insync.replicas']).toBeGreaterThanOrEqual(2);
});

it('Redis never evicts, and its limit of memory holds more than its data', () => {
  const objects = read('redis/redis-operator.yaml');
  const text = ofKind(objects, 'ConfigMap')[0]?.data?.['redis-additional.conf'] ?? '';
  expect(text).toMatch(/^maxmemory-policy noeviction$/m);
  const gigabytes = Number(/^maxmemory (\d+)gb$/m.exec(text)?.[1]);
  const limit = quantity(ofKind(objects, 'Redis')[0]?.spec.kubernetesConfig.resources.limits.memory);
  expect(gigabytes * 2 ** 30).toBeGreaterThan(0);
  expect(limit).toBeGreaterThanOrEqual(gigabytes * 2 ** 30 * 1.3);
});
