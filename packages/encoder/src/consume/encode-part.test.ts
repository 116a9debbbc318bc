import type { BusRecord, OutgoingRecord } from '@tercet/bus';
import { HEADER, JoinRecord, RawPart } from '@tercet/contracts';
import { BugError, InvalidInputError, silentLogger, UnavailableError } from '@tercet/kit';
import { describe, expect, it } from 'vitest';
import { createEvents } from '../events.js';
import type { Embedded } from '../inference/inference-client.js';
import type { PartInput } from '../modality.js';
import { type EncodeDependencies, encodePart, type ReadRecord } from './encode-part.js';

const timings = { prepareMs: 1, waitMs: 1, runMs: 1 };
const embedded: Embedded = {
  outcome: { kind: 'embedded', embeddings: [], truncated: [], language: '' },
  timings,
};
const derivation = { sourcePartId: 'image', kind: 'ocr', confidence: 0.5, spans: [], truncated: [] };
const readBy = [{ name: 'reader', version: '1', digest: 'e'.repeat(64) }];
const raw = RawPart.create({
  itemKey: 'tenant/1',
  version: 3n,
  partId: 'body',
  modality: 'text',
  language: 'en',
  derivation,
  readBy,
  content: { sha256: '', sizeBytes: 0n, uri: '', inlineText: 'hello' },
});

function recordOf(part: RawPart | undefined): ReadRecord {
  const record: BusRecord = {
    topic: 'raw.text',
    partition: 2,
    offset: 7n,
    key: Buffer.from('tenant/1'),
    value: Buffer.from('bytes'),
    headers: {},
    timestampMs: 0n,
  };
  return { record, read: part ?? new InvalidInputError('undecodable', 'is no RawPart') };
}

function setUp(overrides: Partial<EncodeDependencies> = {}) {
  const published: OutgoingRecord[] = [];
  const inputs: PartInput[] = [];
  const deps: EncodeDependencies = {
    modality: 'text',
    service: 'text-encoder',
    fetcher: { read: async (content) => Buffer.from(content.inlineText ?? '') },
    inference: {
      embed: async (input) => {
        inputs.push(input);
        return embedded;
      },
    },
    publisher: {
      publish: async (record) => {
        published.push(record);
      },
    },
    derives: undefined,
    store: { put: async () => '' },
    encoderDigest: () => 'd'.repeat(64),
    models: () => [],
    events: createEvents('text', silentLogger()),
    backoff: { initialMs: 1, maxMs: 2 },
    limitFetches: (work) => work(),
    ...overrides,
  };
  return { deps, published, inputs };
}

const never = new AbortController().signal;
const bodyOf = (record: OutgoingRecord | undefined) =>
  JoinRecord.decode(record?.value ?? new Uint8Array()).body;

describe('encodePart', () => {
  it('publishes an embedding for the join, under the item key, with what the part brought along', async () => {
    const { deps, published, inputs } = setUp();
    await encodePart(recordOf(raw), deps, never);
    expect(inputs.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['hello']);
    expect(published).toHaveLength(1);
    expect(published[0]).toMatchObject({ topic: 'embeddings', key: 'tenant/1' });
    expect(JoinRecord.decode(published[0]?.value ?? new Uint8Array())).toMatchObject({
      itemKey: 'tenant/1',
      version: 3n,
      body: {
        $case: 'partEmbedded',
        value: {
          partId: 'body',
          modality: 'text',
          encoderDigest: 'd'.repeat(64),
          language: 'en',
          derivation,
          readBy,
        },
      },
    });
  });

  it('publishes an empty part as such', async () => {
    const empty: Embedded = { outcome: { kind: 'empty', code: 'empty_text' }, timings };
    const { deps, published } = setUp({ inference: { embed: async () => empty } });
    await encodePart(recordOf(raw), deps, never);
    expect(bodyOf(published[0])).toMatchObject({
      $case: 'partEmpty',
      value: { partId: 'body', code: 'empty_text' },
    });
  });

  it.each([
    [
      'fetch',
      { fetcher: { read: () => Promise.reject(new InvalidInputError('content_missing')) } },
      'content_missing',
    ],
    ['embed', { inference: { embed: () => Promise.reject(new InvalidInputError('crashed')) } }, 'crashed'],
  ] as const)('publishes what %s refuses with its code', async (_, overrides, code) => {
    const { deps, published } = setUp(overrides);
    await encodePart(recordOf(raw), deps, never);
    expect(bodyOf(published[0])).toMatchObject({ $case: 'partFailed', value: { partId: 'body', code } });
  });

  it('refuses a part of another encoder, and one without content', async () => {
    const { deps, published, inputs } = setUp();
    await encodePart(recordOf({ ...raw, modality: 'image' }), deps, never);
    await encodePart(recordOf({ ...raw, content: undefined }), deps, never);
    expect(published.map((record) => bodyOf(record))).toMatchObject([
      { value: { modality: 'image', code: 'unknown_modality' } },
      { value: { modality: 'text', code: 'no_content' } },
    ]);
    expect(inputs).toEqual([]);
  });

  it('sends to dead letters what it cannot read, and nothing to the join', async () => {
    const { deps, published } = setUp();
    await encodePart(recordOf(undefined), deps, never);
    expect(published).toHaveLength(1);
    expect(published[0]).toMatchObject({
      topic: 'dead-letters',
      headers: { [HEADER.deadLetterCode]: 'undecodable', [HEADER.deadLetterOffset]: '7' },
    });
  });

  it('tries a dependency that does not answer again until it does', async () => {
    let attempts = 0;
    const read = async () => {
      attempts += 1;
      if (attempts < 4) throw new UnavailableError('content_store_unavailable');
      return Buffer.from('hello');
    };
    const { deps, published } = setUp({ fetcher: { read } });
    await encodePart(recordOf(raw), deps, never);
    expect(attempts).toBe(4);
    expect(bodyOf(published[0])?.$case).toBe('partEmbedded');
  });

  it('publishes nothing for a part that is given up while a dependency is away', async () => {
    const given = new AbortController();
    const read = async () => {
      given.abort();
      throw new UnavailableError('content_store_unavailable');
    };
    const { deps, published } = setUp({ fetcher: { read } });
    await expect(encodePart(recordOf(raw), deps, given.signal)).rejects.toMatchObject({
      kind: 'Unavailable',
    });
    expect(published).toEqual([]);
  });

  it('publishes nothing where it meets a bug', async () => {
    const { deps, published } = setUp({ inference: { embed: () => Promise.reject(new BugError('ours')) } });
    await expect(encodePart(recordOf(raw), deps, never)).rejects.toMatchObject({ kind: 'Bug' });
    expect(published).toEqual([]);
  });
});
