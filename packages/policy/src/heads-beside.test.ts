import { type Embedding, encodeF32, type PartEmbedded, VectorEncoding } from '@tercet/contracts';
import { describe, expect, it } from 'vitest';
import { MADE_ENTRIES, madeManifest, WORDS } from '../fixtures/made-heads.js';
import type { HeadEntry } from './head-manifest.js';
import { CheckedHeadSet, parseHeadSet } from './head-set.js';
import { logit } from './probability.js';
import { scorePart } from './score-part.js';

const LISTS = 'd'.repeat(64);
const [first] = MADE_ENTRIES;
if (first?.kind !== 'linear') throw new Error('the first made head is linear');
const beside = { models: [{ name: 'lists', version: '1', digest: LISTS }], dimension: 1 };
const linear: HeadEntry = { ...first, languages: [], beside, weights_at: 0, bias: -1 };
const mlp: HeadEntry = {
  ...linear,
  kind: 'mlp',
  name: 'deep',
  category: 'deep',
  hidden: 2,
  weights_at: 3,
  bias: 0.25,
};
// Linear: 2, 0 | 3. Then two hidden units over three inputs, their biases, their output weights.
const numbers = [2, 0, 3, 1, 0, 1, 0, -1, 0, 0.5, 0, 4, 2];
const heads = (() => {
  const weights = new Uint8Array(Float32Array.from(numbers).buffer);
  const set = parseHeadSet(madeManifest([linear, mlp], weights), weights);
  if (!(set instanceof CheckedHeadSet)) throw new Error('not a head set');
  return set;
})();

function embedding(digest: string, rows: readonly (readonly number[])[]): Embedding {
  return {
    model: { name: 'x', version: '1', digest },
    dimension: rows[0]?.length ?? 0,
    encoding: VectorEncoding.F32,
    vectors: rows.map((row) => ({ data: encodeF32(Float32Array.from(row)), span: undefined })),
    vectorDigest: `of ${digest.slice(0, 1)}`,
    signals: [],
  };
}

function score(...embeddings: Embedding[]) {
  const record = { embeddings } as unknown as PartEmbedded;
  const part = { partId: 'p', modality: 'text', language: '' };
  return scorePart(part, record, heads, { leak: 0.05, servedLanguages: undefined });
}

const words = embedding(WORDS, [[3, 4]]);

describe('a head that reads one embedding beside another', () => {
  it('adds what lies beside, as it is, to the normalised vector', () => {
    const { scores, vectors } = score(words, embedding(LISTS, [[0.5]]));
    expect(logit(scores.find(({ category }) => category === 'red')?.score ?? 0)).toBeCloseTo(
      2 * 0.6 + 3 * 0.5 - 1,
      5,
    );
    expect(vectors).toEqual([
      { modelDigest: WORDS, vectorDigest: 'of a' },
      { modelDigest: LISTS, vectorDigest: 'of d' },
    ]);
  });

  it('passes both through a hidden layer where it has one', () => {
    const { scores } = score(words, embedding(LISTS, [[0.5]]));
    const z = 4 * Math.tanh(0.6 + 0.5 + 0.5) + 2 * Math.tanh(-0.8) + 0.25;
    expect(logit(scores.find(({ category }) => category === 'deep')?.score ?? 0)).toBeCloseTo(z, 5);
  });

  it('does not score without it, with another length, or with another number of vectors', () => {
    for (const embeddings of [
      [words],
      [words, embedding(LISTS, [[0.5, 1]])],
      [words, embedding(LISTS, [[0.5], [0.5]])],
      [words, embedding('e'.repeat(64), [[0.5]])],
    ])
      expect(score(...embeddings)).toMatchObject({
        scores: [],
        unusable: 'the vectors are not what the heads read',
      });
  });

  it('does not take what lies beside for vectors of its own', () => {
    expect(score(embedding(LISTS, [[0.5]])).unusable).toBe('no head knows the models');
  });
});
