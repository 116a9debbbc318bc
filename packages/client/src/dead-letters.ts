import type { Bus, BusRecord } from '@tercet/bus';
import { HEADER, TOPIC } from '@tercet/contracts';

/** A record of which nothing could be made, and why. Holds no content. */
export interface DeadLetter {
  /** Key of the original; empty where it had none. */
  readonly key: string;
  /** A code of packages/contracts. */
  readonly code: string;
  /** For people. */
  readonly detail: string;
  /** Who gave up. */
  readonly service: string;
  /** Where the original lies. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Bytes of the original. */
  readonly sizeBytes: number;
  readonly atMs: bigint;
}

/** Which dead letters to look for: every one that matches. */
export type DeadLetterQuery =
  | { readonly key: string }
  | { readonly topic: string; readonly partition: number; readonly offset: bigint };

/** Reads `dead-letters` from its start to its end; the topic is small and has one partition. */
export async function findDeadLetters(bus: Bus, query?: DeadLetterQuery): Promise<DeadLetter[]> {
  await using admin = await bus.admin();
  await using reader = await bus.reader('dead-letters');
  const found: DeadLetter[] = [];
  const partitions = await admin.partitionCount(TOPIC.deadLetters);
  for (let partition = 0; partition < partitions; partition += 1) {
    const place = { topic: TOPIC.deadLetters, partition };
    const { low } = await reader.bounds(place);
    await reader.readToEnd(place, low, (records) => {
      for (const record of records) {
        const letter = readDeadLetter(record);
        if (!query || matches(letter, query)) found.push(letter);
      }
    });
  }
  return found;
}

/** Reads why a record was given up from its headers. */
export function readDeadLetter(record: BusRecord): DeadLetter {
  const header = (name: string): string => {
    const value = record.headers[name];
    return value === undefined ? '' : new TextDecoder().decode(value);
  };
  return {
    key: record.key === undefined ? '' : new TextDecoder().decode(record.key),
    code: header(HEADER.deadLetterCode),
    detail: header(HEADER.deadLetterDetail),
    service: header(HEADER.deadLetterService),
    topic: header(HEADER.deadLetterTopic),
    partition: Number(header(HEADER.deadLetterPartition) || -1),
    offset: BigInt(header(HEADER.deadLetterOffset) || -1),
    sizeBytes: record.value?.length ?? 0,
    atMs: record.timestampMs,
  };
}

function matches(letter: DeadLetter, query: DeadLetterQuery): boolean {
  if ('key' in query) return letter.key === query.key;
  return (
    letter.topic === query.topic && letter.partition === query.partition && letter.offset === query.offset
  );
}

/**
 * Reads `items/3/17` as topic, partition and offset; undefined where it has another form.
 */
export function parseRecordPlace(
  text: string,
): { topic: string; partition: number; offset: bigint } | undefined {
  const match = /^([A-Za-z0-9._-]+)\/(\d+)\/(\d+)$/.exec(text);
  if (!match?.[1] || !match[2] || !match[3]) return undefined;
  return { topic: match[1], partition: Number(match[2]), offset: BigInt(match[3]) };
}
