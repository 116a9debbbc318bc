import { partitionOf } from '@tercet/contracts';
import { BugError, UnavailableError } from '@tercet/kit';
import type { ICustomPartitioner, Message, RecordMetadata, TopicMessages } from 'kafkajs';
import type { Names } from './names.js';
import type { Appended, OutgoingRecord } from './port.js';
import { withTraceHeaders } from './trace-headers.js';

/** Turns records into kafkajs' messages and its answer back into one `Appended` for each record. */
export interface Outgoing {
  readonly createPartitioner: ICustomPartitioner;
  toTopicMessages(records: readonly OutgoingRecord[]): TopicMessages[];
  toAppended(records: readonly OutgoingRecord[], answer: readonly RecordMetadata[]): Appended[];
  /** Makes every further attempt fail, those that kafkajs has pending included: disconnecting does not. */
  close(): void;
}

export function createOutgoing(names: Names): Outgoing {
  const messageOf = new WeakMap<OutgoingRecord, Message>();
  const partitionOfMessage = new WeakMap<Message, number>();
  let closed = false;

  return {
    createPartitioner:
      () =>
      ({ partitionMetadata, message }) => {
        if (closed) throw new UnavailableError('fenced', 'the producer was thrown away');
        const partition =
          message.partition ??
          partitionOf(Buffer.from(message.key ?? '').toString('utf8'), partitionMetadata.length);
        partitionOfMessage.set(message, partition);
        return partition;
      },

    toTopicMessages(records) {
      const byTopic = new Map<string, Message[]>();
      for (const record of records) {
        const topic = names.full(record.topic);
        const message: Message = {
          key: record.key,
          value: record.value === null ? null : asBuffer(record.value),
          headers: buffers(withTraceHeaders(record.headers)),
          ...(record.partition === undefined ? {} : { partition: record.partition }),
        };
        messageOf.set(record, message);
        const messages = byTopic.get(topic);
        if (messages === undefined) byTopic.set(topic, [message]);
        else messages.push(message);
      }
      return [...byTopic].map(([topic, messages]) => ({ topic, messages }));
    },

    toAppended(records, answer) {
      const next = new Map(
        answer.map((row) => [
          `${row.topicName}/${row.partition}`,
          { row, offset: BigInt(row.baseOffset ?? -1) },
        ]),
      );
      return records.map((record) => {
        const partition = partitionOfMessage.get(messageOf.get(record) as Message) as number;
        const place = next.get(`${names.full(record.topic)}/${partition}`);
        if (place === undefined)
          throw new BugError('the broker did not answer for a partition that it was sent');
        const offset = place.offset;
        place.offset += 1n;
        const appendTimeMs = BigInt(place.row.logAppendTime ?? -1);
        return { partition, offset, appendTimeMs: appendTimeMs < 0n ? undefined : appendTimeMs };
      });
    },

    close: () => {
      closed = true;
    },
  };
}

function buffers(headers: Record<string, string | Uint8Array>): Record<string, Buffer> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? Buffer.from(value) : asBuffer(value),
    ]),
  );
}

/** The same bytes, not a copy. */
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
