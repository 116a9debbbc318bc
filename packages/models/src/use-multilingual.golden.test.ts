import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { cosine, largestDifference } from '../proofs/sample-texts.js';
import { buildModels, resolveModel } from './models.js';
import { openSession } from './session.js';
import { collateTokens } from './text/collate.js';
import { loadTokenizer, type PieceTokenizer } from './text/tokenizer.js';
import { cutWindows } from './text/windows.js';

const MODEL = 'use-multilingual-v3';
const LIMITS = { maxTokens: 256, overlapTokens: 0, maxWindows: 1 };

/** Made by proofs/use-multilingual.py with the package's own code. */
interface Golden {
  readonly sentences: Readonly<Record<string, { text: string; ids: number[]; vector: number[] }>>;
  readonly tokens: readonly { text: string; ids: number[] }[];
}

let golden: Golden;
let tokenizer: PieceTokenizer;
let session: InferenceSession;

beforeAll(async () => {
  golden = JSON.parse(await readFile(new URL('./use-multilingual.golden.json', import.meta.url), 'utf8'));
  await buildModels({ only: [MODEL] });
  const model = await resolveModel(MODEL);
  tokenizer = loadTokenizer(model.files);
  session = await openSession(model.graph, { provider: 'cpu', intraOpThreads: 1 });
}, 300_000);

const idsOf = (text: string): readonly number[] => [...tokenizer.pieces(text)].flatMap(({ ids }) => ids);
const rowOf = (text: string): readonly number[] => cutWindows(tokenizer, text, LIMITS).windows[0]?.ids ?? [];

async function embed(rows: readonly (readonly number[])[], padId = tokenizer.padId): Promise<Float32Array[]> {
  const { input_ids, attention_mask } = collateTokens(rows, padId);
  const { embedding } = await session.run({
    input_ids: new Tensor('int64', input_ids.data, input_ids.dims),
    attention_mask: new Tensor('int64', attention_mask.data, attention_mask.dims),
  });
  const data = embedding?.data as Float32Array;
  return rows.map((_, index) => data.slice(index * 512, (index + 1) * 512));
}

describe('the multilingual tokenizer', () => {
  it("gives the tokens of the package's own in every language", () => {
    for (const [name, { text, ids }] of Object.entries(golden.sentences))
      expect(idsOf(text), name).toEqual(ids);
  });

  it('gives them for characters that are replaced, joined, unknown, or stand without spaces', () => {
    for (const { text, ids } of golden.tokens) expect(idsOf(text), text).toEqual(ids);
  });

  it('keeps the name of a special token in the text what it is: text', () => {
    const ids = idsOf('<s> and </s>');
    expect(ids).not.toContain(tokenizer.startId);
    expect(ids).not.toContain(tokenizer.endId);
  });

  it('says of each piece where it stands, in order, and parts no surrogate pair', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 80 });
    fc.assert(
      fc.property(text, (some) => {
        let last = 0;
        for (const { ids, start, end } of tokenizer.pieces(some)) {
          expect(ids.length).toBeGreaterThan(0);
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(some.slice(start, end)).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
          last = start;
        }
        expect(last).toBeLessThanOrEqual(some.length);
      }),
      { numRuns: 200 },
    );
  });

  it('parts a sentence of a language without spaces, so that it fits into windows', () => {
    const text = (golden.sentences['ja']?.text ?? '').repeat(40);
    const { windows } = cutWindows(tokenizer, text, { maxTokens: 64, overlapTokens: 8, maxWindows: 100 });
    expect(windows.length).toBeGreaterThan(5);
    expect(windows.every(({ ids }) => ids.length <= 64)).toBe(true);
    expect(windows[0]?.start).toBe(0);
    expect(windows.at(-1)?.end).toBe(text.length);
  });
});

describe('the multilingual encoder as we write it to ONNX', () => {
  it("gives the vectors of the package's own code, alone and in one padded batch", async () => {
    const sentences = Object.entries(golden.sentences);
    const together = await embed(sentences.map(([, { text }]) => rowOf(text)));
    for (const [index, [name, { text, vector }]] of sentences.entries()) {
      const [alone] = await embed([rowOf(text)]);
      expect(largestDifference(alone as Float32Array, vector), name).toBeLessThan(1e-5);
      expect(largestDifference(together[index] as Float32Array, vector), name).toBeLessThan(1e-5);
    }
  });

  it('reads nothing of a padded position', async () => {
    const rows = ['en', 'long'].map((name) => rowOf(golden.sentences[name]?.text ?? ''));
    const [zeros] = await embed(rows, 0);
    const [others] = await embed(rows, 2_000);
    expect(largestDifference(zeros as Float32Array, others as Float32Array)).toBe(0);
  });

  it('puts a sentence nearer to its translation than to another sentence', async () => {
    const [english, japanese, other] = await embed(
      ['en', 'ja', 'es'].map((name) => rowOf(golden.sentences[name]?.text ?? '')),
    );
    const near = cosine(english as Float32Array, japanese as Float32Array);
    expect(near).toBeGreaterThan(0.7);
    expect(near).toBeGreaterThan(cosine(english as Float32Array, other as Float32Array) + 0.3);
  });
});
