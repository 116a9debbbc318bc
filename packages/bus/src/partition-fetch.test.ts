import type { Cluster } from 'kafkajs';
import { expect, it } from 'vitest';
import { PartitionFetch } from './partition-fetch.js';

/** Fetches that a broker was sent and has not answered. */
const sent: { readonly partition: number; answer(): void; fail(): void }[] = [];
const broker = {
  fetch: ({ topics }: { topics: { partitions: { partition: number }[] }[] }) =>
    new Promise((resolve, reject) => {
      const partition = topics[0]?.partitions[0]?.partition ?? -1;
      sent.push({
        partition,
        answer: () => resolve({ responses: [{ topicName: 't', partitions: [{ partition, messages: [] }] }] }),
        fail: () => reject(new TypeError('not of the network')),
      });
    }),
};
const cluster = {
  isConnected: () => true,
  addMultipleTargetTopics: async () => undefined,
  refreshMetadataIfNecessary: async () => undefined,
  findLeaderForPartitions: () => ({ 1: [0] }),
  findBroker: async () => broker,
} as unknown as Cluster;

const settled = () => new Promise((resolve) => setImmediate(resolve));
const take = () => sent.splice(0);

it('sends a broker its first fetch alone, and again after one failed', async () => {
  const fetcher = new PartitionFetch(cluster, 0);
  const fetch = (partition: number) => fetcher.fetch([{ topic: 't', partition, from: 0n }], 10);

  const first = [0, 1, 2].map(fetch);
  await settled();
  const [alone, ...none] = take();
  expect(alone?.partition).toBe(0);
  expect(none).toEqual([]);
  alone?.answer();
  await settled();
  const others = take();
  expect(others.map(({ partition }) => partition)).toEqual([1, 2]);
  for (const other of others) other.answer();
  expect(await Promise.all(first)).toHaveLength(3);

  const failing = [3, 4].map(fetch);
  await settled();
  const both = take();
  expect(both).toHaveLength(2);
  for (const one of both) one.fail();
  expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);

  const later = [5, 6].map(fetch);
  await settled();
  expect(sent.map(({ partition }) => partition)).toEqual([5]);
  take()[0]?.answer();
  await settled();
  take()[0]?.answer();
  await Promise.all(later);
});
