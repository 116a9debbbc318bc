import { type Embedding, encodeF32, VectorEncoding } from '@tercet/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MADE_ENTRIES } from '../fixtures/made-heads.js';
import { applyBlock, applyHead } from './apply-head.js';
import type { LinearHead } from './head.js';
import { lanesOf } from './linear-block.js';
import { readVectors } from './read-vectors.js';

const [entry] = MADE_ENTRIES;
if (entry?.kind !== 'linear') throw new Error('the first made head is linear');
const beside = { models: [{ name: 'lists', version: '1', digest: 'd'.repeat(64) }], dimension: 2 };
const DIMENSION = 5;

const numbers = (length: number) =>
  fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -8, max: 8 }), {
    minLength: length,
    maxLength: length,
  });
const heads = (count: number, withBeside: boolean) =>
  fc.array(numbers(DIMENSION + (withBeside ? 2 : 0)), { minLength: count, maxLength: count }).map((rows) =>
    rows.map(
      (weights, n): LinearHead => ({
        entry: { ...entry, name: `head-${n}`, dimension: DIMENSION, ...(withBeside ? { beside } : {}) },
        weights: Float32Array.from(weights),
      }),
    ),
  );

function embedding(rows: readonly (readonly number[])[]): Embedding {
  const vectors = rows.map((row) => ({ data: encodeF32(Float32Array.from(row)), span: undefined }));
  const dimension = rows[0]?.length ?? 0;
  return {
    model: undefined,
    dimension,
    encoding: VectorEncoding.F32,
    vectors,
    vectorDigest: '',
    signals: [],
  };
}

it('gives each head of a block the very score that it gives alone', () => {
  const made = fc
    .record({
      count: fc.integer({ min: 2, max: 9 }),
      withBeside: fc.boolean(),
      windows: fc.integer({ min: 1, max: 4 }),
    })
    .chain(({ count, withBeside, windows }) =>
      fc.record({
        all: heads(count, withBeside),
        own: fc.array(numbers(DIMENSION), { minLength: windows, maxLength: windows }),
        second: fc.array(numbers(2), { minLength: windows, maxLength: windows }),
      }),
    );
  fc.assert(
    fc.property(made, ({ all, own, second }) => {
      const first = embedding(own);
      const [vectors, secondVectors] = [readVectors(first), readVectors(embedding(second))];
      for (const [n, lane] of lanesOf(all).entries()) {
        const head = all[n];
        if (head === undefined || lane === undefined) continue;
        const together = applyBlock(lane.block, first, vectors, secondVectors)[lane.index];
        expect(together).toEqual(applyHead(head, first, vectors, secondVectors));
      }
    }),
  );
});

it('puts together what reads the same, six at a time, and leaves one alone', () => {
  const linear = (dimension: number): LinearHead => ({
    entry: { ...entry, dimension },
    weights: new Float32Array(dimension),
  });
  const places = lanesOf([2, 2, 3, 2, 2, 2, 2, 2].map(linear)).map(
    (lane) => lane && [lane.block.place, lane.index],
  );
  expect(places).toEqual([[0, 0], [0, 1], undefined, [0, 2], [0, 3], [0, 4], [0, 5], undefined]);
});
