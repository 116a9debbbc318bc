import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutTiles, stripSize, TILE_SIDE } from './tiles.js';

describe('tiles', () => {
  it('squeezes what is nearly square into one tile', () => {
    expect(stripSize(1280, 960)).toEqual({ width: 224, height: 224 });
    expect(stripSize(960, 1920)).toEqual({ width: 224, height: 224 });
    expect(stripSize(224, 2240)).toEqual({ width: 224, height: 2240 });
  });

  it('covers every pixel of a strip, from end to end, whichever way it lies', () => {
    const long = fc.integer({ min: TILE_SIDE, max: TILE_SIDE * 5 });
    fc.assert(
      fc.property(long, fc.boolean(), (length, lying) => {
        const width = lying ? length : TILE_SIDE;
        const height = lying ? TILE_SIDE : length;
        // Red and green of a pixel together spell its place along the strip.
        const rgb = new Uint8Array(width * height * 3);
        for (let y = 0; y < height; y += 1) {
          for (let x = 0; x < width; x += 1) {
            const place = lying ? x : y;
            rgb[(y * width + x) * 3] = place & 255;
            rgb[(y * width + x) * 3 + 1] = place >> 8;
          }
        }
        const tiles = cutTiles({ width, height, rgb });
        expect(tiles).toHaveLength(Math.ceil(length / TILE_SIDE));
        const seen = new Set<number>();
        for (const tile of tiles) {
          expect(tile).toHaveLength(TILE_SIDE * TILE_SIDE * 3);
          for (let i = 0; i < TILE_SIDE; i += 1) {
            const at = (lying ? i : i * TILE_SIDE) * 3;
            seen.add((tile[at] ?? 0) + ((tile[at + 1] ?? 0) << 8));
          }
        }
        expect(seen.size).toBe(length);
      }),
      { numRuns: 20 },
    );
  });
});
