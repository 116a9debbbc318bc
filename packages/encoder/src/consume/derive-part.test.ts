import type { BusRecord, OutgoingRecord } from '@tercet/bus';
import { type EmptyCode, JoinRecord, RawPart, SpanUnit } from '@tercet/contracts';
import { InvalidInputError, sha256Hex, silentLogger, UnavailableError } from '@tercet/kit';
import { describe, expect, it } from 'vitest';
import { createEvents } from '../events.js';
import type { Derived, Outcome } from '../modality.js';
import { type EncodeDependencies, encodePart } from './encode-part.js';

const timings = { prepareMs: 1, waitMs: 1, runMs: 1 };
const picture = RawPart.fromPartial({
  itemKey: 'tenant/1',
  version: 3n,
  partId: 'img1',
  modality: 'image',
  language: 'de',
  deadlineMs: 99n,
  derive: ['ocr'],
  content: { sha256: 'a'.repeat(64), sizeBytes: 3n },
});
const MODELS = ['e', 'c'].map((digit) => ({ name: digit, version: '1', digest: digit.repeat(64) }));
const FRAMES = {
  span: { unit: SpanUnit.FRAME, start: 1n, end: 4n },
  code: 'max_frames',
};
const corners = [
  { x: 0.1, y: 0.2 },
  { x: 0.9, y: 0.2 },
  { x: 0.9, y: 0.4 },
  { x: 0.1, y: 0.4 },
];

function lineOf(text: string): Derived {
  const end = BigInt([...text].length);
  return {
    kind: 'derived',
    text,
    confidence: 0.8,
    language: 'en',
    truncated: [FRAMES],
    spans: [
      {
        text: { unit: SpanUnit.CODE_POINT, start: 0n, end },
        evidence: { span: undefined, box: { corners }, confidence: 0.8 },
      },
    ],
  };
}

function deriver(outcome: Outcome | InvalidInputError, overrides: Partial<EncodeDependencies> = {}) {
  const published: OutgoingRecord[] = [];
  const stored: string[] = [];
  const deps: EncodeDependencies = {
    modality: 'image',
    derives: { suffix: 'ocr', modality: 'text' },
    store: {
      put: async (bytes) => {
        const name = sha256Hex(bytes);
        stored.push(name);
        return name;
      },
    },
    service: 'ocr',
    fetcher: { read: async () => Uint8Array.of(1, 2, 3) },
    inference: {
      embed: async () => {
        if (outcome instanceof InvalidInputError) throw outcome;
        return { outcome, timings };
      },
    },
    publisher: {
      publish: async (record) => {
        published.push(record);
      },
    },
    encoderDigest: () => 'd'.repeat(64),
    models: () => MODELS,
    events: createEvents('image', silentLogger()),
    backoff: { initialMs: 1, maxMs: 2 },
    limitFetches: (work) => work(),
    ...overrides,
  };
  const derive = (read: RawPart = picture, failWith?: InvalidInputError) => {
    const record: BusRecord = {
      topic: 'raw.image',
      partition: 0,
      offset: 1n,
      key: Buffer.from('tenant/1'),
      value: undefined,
      headers: {},
      timestampMs: 0n,
    };
    const entry = { record, read, ...(failWith ? { failWith } : {}) };
    return encodePart(entry, deps, new AbortController().signal);
  };
  return { derive, published, stored };
}

const bytesOf = (record: OutgoingRecord | undefined) => record?.value ?? new Uint8Array();
const bodyOf = (record: OutgoingRecord | undefined) => JoinRecord.decode(bytesOf(record)).body;

describe('a deriver', () => {
  it('hands its text on as a part of its own, with the item, the deadline and the way back', async () => {
    const read = lineOf('Caf\u00e9 \u{1f600} now');
    const { derive, published, stored } = deriver(read);
    await derive();
    expect(published).toHaveLength(1);
    expect(published[0]).toMatchObject({ topic: 'raw.text', key: 'tenant/1' });
    const { text, confidence, spans } = read;
    expect(RawPart.decode(bytesOf(published[0]))).toMatchObject({
      itemKey: 'tenant/1',
      version: 3n,
      partId: 'img1/ocr',
      modality: 'text',
      language: 'en',
      deadlineMs: 99n,
      derive: [],
      content: { inlineText: text, sha256: sha256Hex(Buffer.from(text)), uri: '' },
      derivation: { sourcePartId: 'img1', kind: 'ocr', confidence, spans, truncated: [FRAMES] },
      readBy: [MODELS[1], MODELS[0]],
    });
    expect(stored).toEqual([sha256Hex(Buffer.from(text))]);
  });

  it('keeps text above 16 KiB in the content store alone', async () => {
    const long = 'word '.repeat(4000).trim();
    const { derive, published, stored } = deriver(lineOf(long));
    await derive();
    const { content } = RawPart.decode(bytesOf(published[0]));
    expect(content).toMatchObject({ inlineText: undefined, sizeBytes: 19_999n, sha256: stored[0] });
  });

  it('says the same bytes again where a part is delivered again', async () => {
    const { derive, published } = deriver(lineOf('twice'));
    await derive();
    await derive();
    expect(Buffer.from(bytesOf(published[0])).equals(bytesOf(published[1]))).toBe(true);
  });

  it('takes the source\u2019s language where it knows none', async () => {
    const { derive, published } = deriver({ ...lineOf('so'), language: '' });
    await derive();
    expect(RawPart.decode(bytesOf(published[0])).language).toBe('de');
  });

  it('tells the join of the derived part where there is nothing to read, and where the source is broken', async () => {
    const code: EmptyCode = 'no_text';
    const nothing = deriver({ kind: 'empty', code });
    await nothing.derive();
    expect(bodyOf(nothing.published[0])).toEqual({
      $case: 'partEmpty',
      value: { partId: 'img1/ocr', modality: 'text', code, truncated: [] },
    });
    const partly = deriver({ kind: 'empty', code, truncated: [FRAMES] });
    await partly.derive();
    expect(bodyOf(partly.published[0])).toMatchObject({ value: { code, truncated: [FRAMES] } });
    const broken = deriver(new InvalidInputError('undecodable_media', 'cut off'));
    await broken.derive();
    await broken.derive(picture, new InvalidInputError('crashed'));
    expect(broken.published.map(bodyOf)).toEqual([
      {
        $case: 'partFailed',
        value: { partId: 'img1/ocr', modality: 'text', code: 'undecodable_media', detail: 'cut off' },
      },
      { $case: 'partFailed', value: { partId: 'img1/ocr', modality: 'text', code: 'crashed', detail: '' } },
    ]);
  });

  it('passes over a part from which nothing is to be derived, looking at nothing', async () => {
    const fetcher = { read: () => Promise.reject(new InvalidInputError('content_missing')) };
    const { derive, published } = deriver(lineOf('unseen'), { fetcher });
    await derive({ ...picture, derive: [] });
    await derive({ ...picture, derive: ['faces'] });
    expect(published).toEqual([]);
  });

  it('waits for a content store that does not answer', async () => {
    let attempts = 0;
    const put = async () => {
      attempts += 1;
      if (attempts < 3) throw new UnavailableError('content_store_unavailable');
      return '';
    };
    const { derive, published } = deriver(lineOf('late'), { store: { put } });
    await derive();
    expect({ attempts, published: published.length }).toEqual({ attempts: 3, published: 1 });
  });

  const span = lineOf('abc').spans[0];
  it.each([
    ['blank text', { ...lineOf('x'), text: ' \n ' }],
    ['text that is not composed', { ...lineOf('x'), text: 'cafe\u0301', spans: [] }],
    ['a confidence above 1', { ...lineOf('x'), confidence: 1.5 }],
    ['a span past its text', { ...lineOf('ab'), spans: span ? [span] : [] }],
  ])('refuses %s as a bug of the deriver', async (_, outcome) => {
    const { derive, published } = deriver(outcome);
    await expect(derive()).rejects.toMatchObject({ kind: 'Bug' });
    expect(published).toEqual([]);
  });
});
