import { Item } from '@tercet/contracts';
import { DEFAULT_LIMITS, validateItem } from '@tercet/items';
import { sha256Hex } from '@tercet/kit';
import { describe, expect, it } from 'vitest';
import { datedParts, type Pins, planItem } from './plan-item.js';

const pins: Pins = {
  policy: { id: 'default', version: '1', digest: 'a'.repeat(64) },
  headSet: { id: 'default', digest: 'b'.repeat(64) },
  derivers: [],
  defaultWindowMs: 10_000,
};
const SHA = 'c'.repeat(64);

function planOf(change: Parameters<typeof Item.fromPartial>[0], own: Partial<Pins> = {}) {
  const item = Item.fromPartial({ tenant: 'acme', itemId: '1', version: 2n, ...change });
  const valid = validateItem(item, DEFAULT_LIMITS);
  if (valid.operation !== 'moderate') throw new Error('expected an item to moderate');
  return planItem(valid, { ...pins, ...own });
}

const textPart = { partId: 'p', modality: 'text', content: { $case: 'text' as const, value: 'x' } };

const opened = (plan: ReturnType<typeof planOf>) => {
  if (plan.opened.body?.$case !== 'itemOpened') throw new Error('expected an opening');
  return plan.opened.body.value;
};

describe('planItem', () => {
  const pixels = new Uint8Array([1, 2, 3]);
  const plan = planOf({
    parts: [
      { partId: 't', modality: 'text', language: 'en', content: { $case: 'text', value: 'good day' } },
      { partId: 'long', modality: 'text', content: { $case: 'text', value: 'x'.repeat(16_385) } },
      {
        partId: 'i',
        modality: 'image',
        mediaType: 'image/png',
        content: { $case: 'inline', value: pixels },
      },
      { partId: 'bad', modality: 'smell', content: { $case: 'inline', value: pixels } },
      { partId: 'far', modality: 'audio', content: { $case: 'uri', value: 'https://host/a' } },
      { partId: 'kept', modality: 'audio', content: { $case: 'uri', value: `sha256:${SHA}` } },
    ],
  });

  it('opens with every part in upstream order, and pins policy and head set', () => {
    expect(plan.opened).toMatchObject({ itemKey: 'acme/1', version: 2n });
    expect(opened(plan).parts.map((part) => part.partId)).toEqual(['t', 'long', 'i', 'bad', 'far', 'kept']);
    const { policy, headSet } = pins;
    expect(opened(plan)).toMatchObject({ policy, headSet, windowMs: 10_000n });
  });

  it('makes work for every usable part and a failure for each other', () => {
    expect(plan.parts.map((part) => part.partId)).toEqual(['t', 'long', 'i', 'far', 'kept']);
    expect(plan.failures.map(({ body }) => body)).toEqual([
      {
        $case: 'partFailed',
        value: { partId: 'bad', modality: 'smell', code: 'unknown_modality', detail: '' },
      },
    ]);
  });

  it('stores everything that came inline, and lets small text alone travel too', () => {
    expect(plan.contents.map((bytes) => bytes.length)).toEqual([8, 16_385, 3]);
    const [text, long, image, far, kept] = plan.parts.map((part) => part.content);
    expect(text).toMatchObject({ inlineText: 'good day', sizeBytes: 8n, uri: '' });
    expect(long).toMatchObject({ inlineText: undefined, sizeBytes: 16_385n, uri: '' });
    expect(image).toMatchObject({ inlineText: undefined, sha256: sha256Hex(pixels), uri: '' });
    expect(far).toMatchObject({ uri: 'https://host/a', sha256: '' });
    expect(kept).toMatchObject({ uri: '', sha256: SHA });
  });

  it('says in the manifest where each content lies', () => {
    const uris = opened(plan).parts.map((part) => part.uri);
    expect(uris[2]).toBe(`sha256:${sha256Hex(pixels)}`);
    expect(uris.slice(3)).toEqual(['', 'https://host/a', `sha256:${SHA}`]);
  });

  it('takes the deadline from the append time of the opening', () => {
    const dated = datedParts(plan, 1_000_000n);
    expect(dated.map((part) => part.deadlineMs)).toEqual(Array.from({ length: 5 }, () => 1_010_000n));
    const own = planOf({ windowMs: 500n, parts: plan.parts.slice(0, 1).map(() => textPart) });
    expect(datedParts(own, 7n)[0]?.deadlineMs).toBe(507n);
  });
});

describe('derived parts', () => {
  const derivers = [
    { source: 'image', suffix: 'ocr' },
    { source: 'audio', suffix: 'speech' },
  ];
  const pixels = new Uint8Array([1, 2, 3]);
  const inline = { $case: 'inline' as const, value: pixels };
  const parts = [
    { partId: 'img1', modality: 'image', language: 'en', content: inline },
    textPart,
    { partId: 'far', modality: 'audio', content: { $case: 'uri' as const, value: 'https://host/a' } },
    { partId: 'gone', modality: 'image', content: { $case: 'uri' as const, value: 'ftp://host/a' } },
  ];
  const plan = planOf({ parts }, { derivers });

  it('are waited for right after their source, and are text', () => {
    expect(opened(plan).parts.map((part) => part.partId)).toEqual([
      'img1',
      'img1/ocr',
      'p',
      'far',
      'far/speech',
      'gone',
    ]);
    expect(opened(plan).parts[1]).toEqual({
      partId: 'img1/ocr',
      modality: 'text',
      mediaType: 'text/plain',
      sha256: '',
      sizeBytes: 0n,
      language: 'en',
      sourcePartId: 'img1',
      uri: '',
    });
  });

  it('are asked for in the work, and not of a part that failed here', () => {
    expect(plan.parts.map(({ partId, derive }) => [partId, derive])).toEqual([
      ['img1', ['ocr']],
      ['p', []],
      ['far', ['speech']],
    ]);
    expect(plan.failures).toHaveLength(1);
  });

  it('are none where there is no deriver', () => {
    const without = planOf({ parts });
    expect(opened(without).parts.every((part) => part.sourcePartId === '')).toBe(true);
    expect(without.parts.every(({ derive }) => derive.length === 0)).toBe(true);
  });
});
