import { partitionOf } from '@tercet/contracts';
import { BugError, UnavailableError } from '@tercet/kit';
import type { ICustomPartitioner, Message, RecordMetadata, TopicMessages } from 'kafkajs';
import type { Names } from './names.js';
import type { Appended, OutgoingRecord, TopicPartition } from './port.js';
import { traceHeaders } from './trace-headers.js';

/** Turns records into kafkajs' messages. */
export interface Outgoing {
  readonly createPartitioner: ICustomPartitioner;
  prepare(records: readonly OutgoingRecord[]): Shipment;
  /** Makes every further attempt fail, those that kafkajs has pending included: disconnecting does not. */
  close(): void;
}

/** The records of one send, and what kafkajs' answer says of them. */
export interface Shipment {
  readonly topicMessages: TopicMessages[];
  /** One for each record. */
  appended(answer: readonly RecordMetadata[]): Appended[];
  /** The last record of each partition; topics by full name. */
  last(answer: readonly RecordMetadata[]): (TopicPartition & { readonly offset: bigint })[];
}

interface OutgoingMessage extends Message {
  /** Full name. */
  readonly topic: string;
  readonly wanted: number | undefined;
  /** Where the partitioner has put it, at the last attempt. */
  placed: number;
}

export function createOutgoing(names: Names): Outgoing {
  let closed = false;
  return {
    createPartitioner:
      () =>
      ({ partitionMetadata, message }) => {
        if (closed) throw new UnavailableError('fenced', 'the producer was thrown away');
        const outgoing = message as OutgoingMessage;
        outgoing.placed = outgoing.wanted ?? partitionOf(String(message.key), partitionMetadata.length);
        return outgoing.placed;
      },
    prepare: (records) => shipmentOf(records, names),
    close: () => {
      closed = true;
    },
  };
}

function shipmentOf(records: readonly OutgoingRecord[], names: Names): Shipment {
  const trace = traceHeaders();
  const messages: OutgoingMessage[] = [];
  const byTopic = new Map<string, Messages>();
  for (const record of records) {
    const topic = names.full(record.topic);
    const message = {
      topic,
      wanted: record.partition,
      placed: -1,
      key: record.key,
      value: record.value === null ? null : asBuffer(record.value),
      // produce-request.ts takes any bytes.
      headers: { ...trace, ...record.headers } as Record<string, string | Buffer>,
    };
    messages.push(message);
    const others = byTopic.get(topic);
    if (others === undefined) byTopic.set(topic, Messages.of(message) as Messages);
    else others.push(message);
  }
  return {
    topicMessages: [...byTopic].map(([topic, messages]) => ({ topic, messages })),
    appended: (answer) => appendedOf(messages, answer),
    last: (answer) => lastOf(messages, answer),
  };
}

/**
 * kafkajs 2.2.4 groups a topic's messages by partition in a reduce whose every step copies the list of the message's
 * partition. Here each step is given an empty result, and is run for the partitioner's sake alone.
 */
class Messages extends Array<OutgoingMessage> {}
type Grouped = Record<number, OutgoingMessage[]>;
Messages.prototype.reduce = function (
  this: Messages,
  step: (grouped: Grouped, message: OutgoingMessage) => unknown,
  grouped: Grouped,
) {
  for (const message of this) {
    step({}, message);
    const others = grouped[message.placed];
    if (others === undefined) grouped[message.placed] = [message];
    else others.push(message);
  }
  return grouped;
} as Messages['reduce'];

function appendedOf(messages: readonly OutgoingMessage[], answer: readonly RecordMetadata[]): Appended[] {
  const next = new Map(
    answer.map((row) => [`${row.topicName}/${row.partition}`, { row, offset: baseOf(row) }]),
  );
  return messages.map(({ topic, placed }) => {
    const place = next.get(`${topic}/${placed}`);
    if (place === undefined) throw unanswered();
    const offset = place.offset;
    place.offset += 1n;
    const appendTimeMs = BigInt(place.row.logAppendTime ?? -1);
    return { partition: placed, offset, appendTimeMs: appendTimeMs < 0n ? undefined : appendTimeMs };
  });
}

function lastOf(
  messages: readonly OutgoingMessage[],
  answer: readonly RecordMetadata[],
): (TopicPartition & { readonly offset: bigint })[] {
  let counted = 0;
  const last = answer.map((row) => {
    let count = 0;
    for (const { topic, placed } of messages)
      if (placed === row.partition && topic === row.topicName) count += 1;
    counted += count;
    return { topic: row.topicName, partition: row.partition, offset: baseOf(row) + BigInt(count) - 1n };
  });
  if (counted !== messages.length) throw unanswered();
  return last;
}

const baseOf = ({ baseOffset }: RecordMetadata): bigint => BigInt(baseOffset ?? -1);

const unanswered = () => new BugError('the broker did not answer for a partition that it was sent');

/** The same bytes, not a copy. */
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
