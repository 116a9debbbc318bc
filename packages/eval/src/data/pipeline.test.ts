import type { Derived, Outcome, PartInput } from '@tercet/encoder';
import { InvalidInputError, UnavailableError } from '@tercet/kit';
import { describe, expect, it } from 'vitest';
import { loadDeployment } from './deployment.js';
import type { EncoderPool } from './encoder-pool.js';
import { decideItem, type FullPart } from './pipeline.js';

const deployment = await loadDeployment({});

/** Encoders of no model: parts count as embedded, or as what they say of themselves. */
function encodersThat(read: (kind: string, input: PartInput) => Outcome) {
  const seen: [kind: string, text: string, from: string | undefined][] = [];
  const find = async (kind: string): Promise<EncoderPool> => ({
    derives: kind.includes(':') ? { suffix: kind.split(':')[1] ?? '', modality: 'text' } : undefined,
    encoderDigest: 'e'.repeat(64),
    models: [{ name: kind, version: '1', digest: 'd'.repeat(64) }],
    absent: [],
    embed: async (input) => {
      seen.push([kind, Buffer.from(input.bytes).toString(), input.derivation?.sourcePartId]);
      return read(kind, input);
    },
    [Symbol.asyncDispose]: async () => undefined,
  });
  return { seen, find };
}

const embedded: Outcome = { kind: 'embedded', embeddings: [], truncated: [], language: '' };
const derived = (text: string): Derived => ({
  kind: 'derived',
  text,
  confidence: 0.75,
  language: '',
  spans: [],
  truncated: [],
});
const picture: FullPart = {
  id: 'p',
  modality: 'image',
  language: '',
  content: { bytes: Buffer.from('picture') },
};
const words: FullPart = { id: 't', modality: 'text', language: '', content: { text: 'words' } };

describe('decideItem', () => {
  it('hands what a deriver reads to the encoder of its text, with where it came from', async () => {
    const { seen, find } = encodersThat((kind) =>
      kind === 'image:ocr' ? derived('written words') : embedded,
    );
    const decision = await decideItem('a', [picture, words], deployment, find);
    expect(seen.toSorted()).toEqual([
      ['image', 'picture', undefined],
      ['image:ocr', 'picture', undefined],
      ['text', 'words', undefined],
      ['text', 'written words', 'p'],
    ]);
    expect(decision.partsMissing.map(({ partId, code }) => `${partId} ${code}`)).toEqual([
      'p no_head',
      'p/ocr no_head',
      't no_head',
    ]);
  });

  it('decides without a part that its encoder refuses, and without words where there are none', async () => {
    const { find } = encodersThat((kind) => {
      if (kind === 'image') throw new InvalidInputError('undecodable_media');
      return kind === 'image:ocr' ? { kind: 'empty', code: 'no_text' } : embedded;
    });
    const decision = await decideItem('a', [picture], deployment, find);
    expect(decision.partsMissing.map(({ partId, code, state }) => `${partId} ${code} ${state}`)).toEqual([
      'p undecodable_media failed',
      'p/ocr no_text empty',
    ]);
    expect(decision.action).not.toBe('allow');
  });

  it('decides without a part that intake refuses, and asks no encoder about it', async () => {
    const { seen, find } = encodersThat(() => embedded);
    const empty: FullPart = { id: 'p', modality: 'image', language: '', content: { bytes: Buffer.alloc(0) } };
    const decision = await decideItem('a', [empty, words], deployment, find);
    expect(seen.map(([kind]) => kind)).toEqual(['text']);
    expect(decision.partsMissing[0]).toMatchObject({ partId: 'p', code: 'no_content', state: 'failed' });
  });

  it('refuses an item as intake does, and ends where an encoder cannot run', async () => {
    const { find } = encodersThat(() => {
      throw new UnavailableError('model_missing', 'not built');
    });
    await expect(decideItem('a', [{ ...words, id: 'a b' }], deployment, find)).rejects.toMatchObject({
      code: 'bad_part_id',
    });
    await expect(decideItem('a', [words], deployment, find)).rejects.toMatchObject({ code: 'model_missing' });
  });
});
