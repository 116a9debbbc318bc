import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { embedIndependently, type Minilm, openMinilm } from '../proofs/open-minilm.js';
import { cosine, largestDifference, SAMPLE_TEXTS, wordText } from '../proofs/sample-texts.js';

let fp32: Minilm;
let int8: Minilm;

beforeAll(async () => {
  fp32 = await openMinilm('fp32');
  int8 = await openMinilm('int8');
}, 300_000);

/** A text among up to four neighbours of 1 to 120 words. */
const seeds = fc.array(fc.record({ seed: fc.nat(), words: fc.integer({ min: 1, max: 120 }) }), {
  minLength: 2,
  maxLength: 5,
});

/** Largest difference and lowest cosine between each row alone and the same row in its batch. */
async function compareWithAlone(model: Minilm, texts: readonly string[]) {
  const rows = texts.map((text) => model.idsOf(text));
  const together = await model.run(rows);
  let difference = 0;
  let lowest = 1;
  for (const [index, row] of rows.entries()) {
    const [alone] = (await model.run([row])) as [Float32Array];
    difference = Math.max(difference, largestDifference(alone, together[index] as Float32Array));
    lowest = Math.min(lowest, cosine(alone, together[index] as Float32Array));
  }
  return { difference, lowest };
}

describe('MiniLM as we write it to ONNX', () => {
  it('gives in fp32 the vectors of an independent engine', async () => {
    const ours = await fp32.run(SAMPLE_TEXTS.map((text) => fp32.idsOf(text)));
    const theirs = await embedIndependently(SAMPLE_TEXTS);
    for (const [index, vector] of ours.entries()) {
      expect(largestDifference(vector, theirs[index] as number[])).toBeLessThan(1e-5);
    }
  });

  it('stays close to fp32 in int8', async () => {
    const texts = Array.from({ length: 24 }, (_, seed) => wordText(seed, 3 + seed * 4));
    const rows = texts.map((text) => fp32.idsOf(text));
    const [exact, quantised] = [await fp32.run(rows), await int8.run(rows)];
    const cosines = exact.map((vector, index) => cosine(vector, quantised[index] as Float32Array));
    expect(Math.min(...cosines)).toBeGreaterThan(0.985);
    expect(Math.hypot(...(quantised[0] as Float32Array))).toBeCloseTo(1, 5);
  });

  it('makes no row depend on its neighbours', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (wanted) => {
        const texts = wanted.map(({ seed, words }) => wordText(seed, words));
        expect((await compareWithAlone(fp32, texts)).difference).toBeLessThan(1e-5);
        const quantised = await compareWithAlone(int8, texts);
        expect(quantised.lowest).toBeGreaterThanOrEqual(0.9999);
      }),
      { numRuns: 8 },
    );
  }, 180_000);

  it('reads nothing of a padded position', async () => {
    const ids = int8.idsOf(SAMPLE_TEXTS[0] as string);
    const neighbour = int8.idsOf(wordText(7, 40));
    for (const model of [fp32, int8]) {
      const padWith = async (id: number): Promise<Float32Array> => {
        const [vector] = await model.run([ids, neighbour], id);
        return vector as Float32Array;
      };
      expect(largestDifference(await padWith(0), await padWith(2_000))).toBe(0);
    }
  });
});
