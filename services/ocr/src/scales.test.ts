import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scalesFor, sizeToRead } from './scales.js';
import { coverWithTiles, MAX_TILE } from './tiles.js';

it('covers a side with cores that meet, in tiles no longer than allowed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000 }), (length) => {
      const tiles = coverWithTiles(length);
      expect(tiles[0]?.coreStart).toBe(0);
      expect(tiles.at(-1)?.coreEnd).toBe(length);
      tiles.forEach((tile, index) => {
        expect(tile.end - tile.start).toBeLessThanOrEqual(MAX_TILE + 1);
        expect(tile.start).toBeLessThanOrEqual(tile.coreStart);
        expect(tile.end).toBeGreaterThanOrEqual(tile.coreEnd);
        if (index > 0) expect(tile.coreStart).toBe(tiles[index - 1]?.coreEnd);
      });
    }),
  );
});

it('enlarges what is small and looks at what is large twice', () => {
  expect(scalesFor({ width: 300, height: 200 })).toEqual([2]);
  expect(scalesFor({ width: 1200, height: 900 })).toEqual([1]);
  expect(scalesFor({ width: 1920, height: 1080 })).toEqual([1, 0.5]);
});

it('reads no more pixels than it may', () => {
  expect(sizeToRead(800, 600, 4_000_000)).toEqual({ width: 800, height: 600 });
  const { width, height } = sizeToRead(8000, 5000, 4_000_000);
  expect(width * height).toBeCloseTo(4_000_000, -4);
  expect(width / height).toBeCloseTo(1.6, 2);
});
