import type { Appended, BusRecord, Chunk, OutgoingRecord } from '@tercet/bus';
import { HEADER, Item, JoinRecord, RawPart, TOPIC } from '@tercet/contracts';
import { DEFAULT_LIMITS } from '@tercet/items';
import { type ContentStore, sha256Hex, silentLogger, UnavailableError } from '@tercet/kit';
import { describe, expect, it } from 'vitest';
import { createEvents } from './events.js';
import { type IntakeDependencies, processChunk } from './process-chunk.js';
import { Publisher } from './publisher.js';

const OPENED_AT = 1_700_000_000_000n;
const WINDOW_MS = 10_000;
const pins = {
  policy: { id: 'default', version: '1', digest: '' },
  headSet: { id: 'default', digest: '' },
  derivers: [],
  defaultWindowMs: WINDOW_MS,
};
const part = (partId: string, modality: string, value: string) => ({
  partId,
  modality,
  content:
    modality === 'text'
      ? { $case: 'text' as const, value }
      : { $case: 'inline' as const, value: Buffer.from(value) },
});

/** A chunk, and everything that is done while it is processed, in order. */
function scene(
  change: Partial<Record<'put' | 'embeddings' | 'raw', Error>> & { appendTime?: 'absent' } = {},
) {
  const done: string[] = [];
  const sent: OutgoingRecord[] = [];
  const fail = (error: Error | undefined): void => {
    if (error) throw error;
  };
  const store: Pick<ContentStore, 'put'> = {
    put: async (bytes) => {
      fail(change.put);
      done.push('put');
      return sha256Hex(bytes);
    },
  };
  const send = async (records: readonly OutgoingRecord[]): Promise<Appended[]> => {
    if (records.some((one) => one.topic === TOPIC.embeddings)) fail(change.embeddings);
    if (records.some((one) => one.topic.startsWith('raw.'))) fail(change.raw);
    for (const record of records) done.push(record.topic);
    sent.push(...records);
    const appendTimeMs = change.appendTime === 'absent' ? undefined : OPENED_AT;
    return records.map((_, n) => ({ partition: 0, offset: BigInt(n), appendTimeMs }));
  };
  const deps: IntakeDependencies = {
    publisher: new Publisher({
      producer: async () => ({ send, [Symbol.asyncDispose]: async () => undefined }),
    }),
    store: store as ContentStore,
    events: createEvents(silentLogger()),
    limits: DEFAULT_LIMITS,
    findPins: () => pins,
    maxConcurrentStores: 2,
    maxRecords: 3,
  };
  return { done, sent, deps };
}

function chunkOf(
  values: readonly (readonly [string, Uint8Array])[],
  done: string[],
  fencedAt = Infinity,
): Chunk {
  let beats = 0;
  const records: BusRecord[] = values.map(([key, value], n) => ({
    topic: TOPIC.items,
    partition: 4,
    offset: BigInt(100 + n),
    key: Buffer.from(key),
    value,
    headers: { mine: Buffer.from('kept') },
    timestampMs: 0n,
  }));
  return {
    topic: TOPIC.items,
    partition: 4,
    generation: 1,
    records,
    nextOffset: 100n + BigInt(records.length),
    highWatermark: 200n,
    signal: new AbortController().signal,
    heartbeat: async () => {
      beats += 1;
      if (beats >= fencedAt) throw new UnavailableError('fenced');
    },
    commit: async (offset) => void done.push(`commit ${offset}`),
  };
}

const item = (itemId: string, parts: ReturnType<typeof part>[]) =>
  [
    `acme/${itemId}`,
    Item.encode(Item.fromPartial({ tenant: 'acme', itemId, version: 1n, parts })).finish(),
  ] as const;

describe('processChunk', () => {
  const good = item('1', [part('t', 'text', 'good day'), part('i', 'image', 'pixels')]);
  const halfGood = item('2', [part('t', 'text', 'good night'), part('s', 'smell', 'roses')]);
  const broken = ['acme/3', new Uint8Array([255, 255, 255])] as const;

  it('stores, then opens, then hands out work, then commits', async () => {
    const { done, sent, deps } = scene();
    await processChunk(chunkOf([good, halfGood], done), deps);
    expect(done).toEqual([
      'put',
      'put',
      'put',
      'embeddings',
      'embeddings',
      'raw.text',
      'raw.image',
      'raw.text',
      'embeddings',
      'commit 102',
    ]);
    const joins = sent
      .filter((record) => record.topic === TOPIC.embeddings)
      .map(({ value }) => JoinRecord.decode(value ?? new Uint8Array()));
    expect(joins.map(({ itemKey, body }) => [itemKey, body?.$case])).toEqual([
      ['acme/1', 'itemOpened'],
      ['acme/2', 'itemOpened'],
      ['acme/2', 'partFailed'],
    ]);
    const work = sent.filter((record) => record.topic.startsWith('raw.'));
    for (const { key, value } of work) {
      const raw = RawPart.decode(value ?? new Uint8Array());
      expect(raw.itemKey).toBe(key);
      expect(raw.deadlineMs).toBe(OPENED_AT + BigInt(WINDOW_MS));
    }
  });

  it('writes a dead letter for what cannot be opened, and opens its neighbours', async () => {
    const { done, sent, deps } = scene();
    await processChunk(chunkOf([good, broken, halfGood], done), deps);
    expect(done.filter((what) => what === TOPIC.embeddings)).toHaveLength(3);
    const [letter, ...more] = sent.filter((record) => record.topic === TOPIC.deadLetters);
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ key: 'acme/3', value: broken[1] });
    expect(letter?.headers).toMatchObject({
      mine: Buffer.from('kept'),
      [HEADER.deadLetterCode]: 'undecodable',
      [HEADER.deadLetterTopic]: 'items',
      [HEADER.deadLetterPartition]: '4',
      [HEADER.deadLetterOffset]: '101',
      [HEADER.deadLetterService]: 'intake',
    });
    expect(done.at(-1)).toBe('commit 103');
  });

  it.each(['put', 'embeddings', 'raw'] as const)('commits nothing where %s fails', async (step) => {
    const { done, deps } = scene({ [step]: new UnavailableError('broker_unavailable') });
    await expect(processChunk(chunkOf([good], done), deps)).rejects.toMatchObject({ kind: 'Unavailable' });
    expect(done.join()).not.toContain('commit');
    if (step !== 'raw') expect(done.filter((what) => what !== 'put')).toEqual([]);
  });

  it('commits as it goes through a long chunk', async () => {
    const { done, deps } = scene();
    const long = ['1', '2', '3', '4', '5', '6', '7'].map((id) => item(id, [part('t', 'text', id)]));
    await processChunk(chunkOf(long, done), deps);
    expect(done.filter((what) => what.startsWith('commit'))).toEqual([
      'commit 103',
      'commit 106',
      'commit 107',
    ]);
    expect(done.filter((what) => what === 'raw.text')).toHaveLength(7);
  });

  it('goes no further once the group gave its partition to another', async () => {
    const { done, deps } = scene();
    await expect(processChunk(chunkOf([good], done, 2), deps)).rejects.toMatchObject({ code: 'fenced' });
    expect(done).toEqual(['put', 'put', TOPIC.embeddings]);
  });

  it('is a bug where the topic does not stamp append times', async () => {
    const { done, deps } = scene({ appendTime: 'absent' });
    await expect(processChunk(chunkOf([good], done), deps)).rejects.toMatchObject({ kind: 'Bug' });
    expect(done.join()).not.toContain('commit');
  });
});
