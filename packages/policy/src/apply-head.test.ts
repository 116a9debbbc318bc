import { type Embedding, encodeF32, VectorEncoding } from '@tercet/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MADE_ENTRIES } from '../fixtures/made-heads.js';
import { applyHead } from './apply-head.js';
import type { Head } from './head.js';
import { logit } from './probability.js';
import { readVectors } from './read-vectors.js';

const [entry] = MADE_ENTRIES;
if (entry?.kind !== 'linear') throw new Error('the first made head is linear');
const head: Head = { entry, weights: Float32Array.of(8, 0) };

const embedding = (windows: readonly (readonly number[])[]): Embedding => ({
  model: entry.models[0],
  dimension: 2,
  encoding: VectorEncoding.F32,
  vectors: windows.map((values) => ({ data: encodeF32(Float32Array.from(values)), span: undefined })),
  vectorDigest: '',
  signals: [],
});
const logOdds = (windows: readonly (readonly number[])[]) => {
  const made = embedding(windows);
  return logit(applyHead(head, made, readVectors(made), undefined)?.score ?? Number.NaN);
};

/** A unit vector whose window has the given log-odds (-12..4) under the head. */
const window = (z: number): number[] => {
  const x = (z + 4) / 8;
  return [x, Math.sqrt(1 - x * x)];
};

describe('applyHead', () => {
  it('does not depend on the length of a vector', () => {
    expect(logOdds([[3, 0]])).toBeCloseTo(4, 5);
    expect(logOdds([[0.01, 0]])).toBeCloseTo(4, 5);
    expect(logOdds([[0, 0]])).toBeCloseTo(-4, 5);
  });

  it('lets no number of harmless windows cost a harmful one more than the correction', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.nat(), (count, at) => {
        const windows = Array.from({ length: count }, () => window(-6));
        windows.splice(at % (count + 1), 0, window(3));
        const seen = logOdds(windows);
        expect(seen).toBeLessThanOrEqual(3 + 1e-3);
        expect(seen).toBeGreaterThanOrEqual(3 - entry.windows.max - 1e-3);
      }),
    );
  });

  it('takes off what the highest of several equal windows gains by chance, up to a bound', () => {
    const one = logOdds([window(-1)]);
    expect(logOdds([window(-1), window(-1)])).toBeCloseTo(one - 0.25 * Math.log(2), 4);
    expect(logOdds(Array.from({ length: 64 }, () => window(-1)))).toBeCloseTo(one - 0.5, 4);
  });

  it('calls fewer long harmless texts harmful than an uncorrected maximum does', () => {
    // Windows of harmless texts: log-odds spread normally around -3 (made with a fixed linear congruential generator).
    const next = generator(5);
    const texts = Array.from({ length: 300 }, () =>
      Array.from({ length: 24 }, () => -3 + 1.1 * normal(next)),
    );
    const corrected = texts.filter(
      (zs) => logOdds(zs.map((z) => window(Math.max(-11, Math.min(3.9, z))))) >= 0,
    );
    const uncorrected = texts.filter((zs) => Math.max(...zs) >= 0);
    expect(uncorrected.length).toBeGreaterThan(10);
    expect(corrected.length).toBeLessThan(uncorrected.length * 0.6);
  });
});

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
}
