import { createRequire } from 'node:module';
import { type Message, Partitioners, type PartitionMetadata } from 'kafkajs';
import { expect, test } from 'vitest';
import { deploymentNames } from './names.js';
import { createOutgoing } from './outgoing.js';
import type { OutgoingRecord } from './port.js';

/** Keys with murmur2 positive modulo 12 and 7, by org.apache.kafka.common.utils.Utils of kafka-clients 4.3.1. */
const BY_JAVA: readonly [key: string, of12: number, of7: number][] = [
  ['', 9, 2],
  ['a', 4, 5],
  ['ab', 2, 0],
  ['abc', 3, 4],
  ['abcd', 8, 5],
  ['t/1', 10, 1],
  ['tenant-7/item-00042', 9, 5],
  ['äöü/漢字', 8, 6],
  ['default/🙂', 5, 6],
  ['a-little-bit-longer-string', 11, 0],
];

const metadata = (count: number) =>
  Array.from({ length: count }, (_, partitionId) => ({ partitionId, leader: 1 }) as PartitionMetadata);

test.each(BY_JAVA)('%j goes where Kafka’s Java producer and kafkajs put it', (key, of12, of7) => {
  const outgoing = createOutgoing(deploymentNames('p.'));
  const place = outgoing.createPartitioner();
  const kafkajs = Partitioners.DefaultPartitioner();
  const [topic] = outgoing.prepare([{ topic: 'in', key, value: null }]).topicMessages;
  const message = topic?.messages[0];
  if (message === undefined) throw new Error('no message');
  expect(topic?.topic).toBe('p.in');
  const at = (count: number) => place({ topic: 'p.in', partitionMetadata: metadata(count), message });
  expect([at(12), at(7)]).toEqual([of12, of7]);
  // kafkajs takes an empty key for none and places it at random.
  if (key !== '') expect(kafkajs({ topic: 'p.in', partitionMetadata: metadata(12), message })).toBe(of12);
});

const require = createRequire(import.meta.url);
const group = require('kafkajs/src/producer/groupMessagesPerPartition') as (given: {
  topic: string;
  partitionMetadata: PartitionMetadata[];
  messages: Message[];
  partitioner: ReturnType<ReturnType<typeof createOutgoing>['createPartitioner']>;
}) => Record<number, Message[]>;

/** As kafkajs places the records of a send. */
function sent(records: readonly OutgoingRecord[], count: number) {
  const outgoing = createOutgoing(deploymentNames('p.'));
  const partitioner = outgoing.createPartitioner();
  const shipment = outgoing.prepare(records);
  const grouped = shipment.topicMessages.map(({ topic, messages }) => ({
    topic,
    groups: group({ topic, messages, partitioner, partitionMetadata: metadata(count) }),
    copied: group({ topic, messages: [...messages], partitioner, partitionMetadata: metadata(count) }),
  }));
  return { ...shipment, grouped };
}

test('kafkajs groups messages as it does those of any list', () => {
  const records = Array.from({ length: 50 }, (_, n) => ({
    topic: n % 7 === 0 ? 'out' : 'in',
    key: `k${n}`,
    value: Buffer.from(`v${n}`),
    ...(n % 3 === 0 ? { partition: 2 } : {}),
  }));
  const { grouped } = sent(records, 4);
  expect(grouped.map(({ topic }) => topic)).toEqual(['p.out', 'p.in']);
  for (const { groups, copied } of grouped) expect(groups).toEqual(copied);
  expect(Object.values(grouped[1]?.groups ?? {}).flat()).toHaveLength(42);
});

test('offsets count up per partition, in the order of the records', () => {
  const records = [1, 0, 1].map((partition) => ({ topic: 'in', partition, key: 'k', value: null }));
  const { appended, last } = sent(records, 2);
  const answer = [
    { topicName: 'p.in', partition: 0, errorCode: 0, baseOffset: '5', logAppendTime: '-1' },
    { topicName: 'p.in', partition: 1, errorCode: 0, baseOffset: '7', logAppendTime: '99' },
  ];
  expect(appended(answer)).toEqual([
    { partition: 1, offset: 7n, appendTimeMs: 99n },
    { partition: 0, offset: 5n, appendTimeMs: undefined },
    { partition: 1, offset: 8n, appendTimeMs: 99n },
  ]);
  expect(last(answer)).toEqual([
    { topic: 'p.in', partition: 0, offset: 5n },
    { topic: 'p.in', partition: 1, offset: 8n },
  ]);
  for (const read of [appended, last]) expect(() => read(answer.slice(1))).toThrow('did not answer');
});

test('once closed, every further attempt fails: a retry that is pending must not send', () => {
  const outgoing = createOutgoing(deploymentNames(''));
  const [topic] = outgoing.prepare([{ topic: 'in', key: 'k', value: null }]).topicMessages;
  const message = topic?.messages[0];
  if (message === undefined) throw new Error('no message');
  outgoing.close();
  expect(() =>
    outgoing.createPartitioner()({ topic: 'in', partitionMetadata: metadata(1), message }),
  ).toThrow('thrown away');
});
