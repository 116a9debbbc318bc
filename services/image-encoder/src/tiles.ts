import type { Raster } from '@tercet/image';

/** Side of what the model looks at, in pixels. */
export const TILE_SIDE = 224;
/** Up to this aspect a picture is squeezed into one square, as the model was trained; beyond it is cut. */
const SQUEEZED_ASPECT = 2;
/** Bytes of a tile's row. */
const TILE_ROW = TILE_SIDE * 3;

/**
 * Size to scale a picture to: a square, or a strip whose short side is a tile's and which keeps the aspect.
 * @param width of the picture, in pixels.
 */
export function stripSize(
  width: number,
  height: number,
): { readonly width: number; readonly height: number } {
  const aspect = Math.max(width, height) / Math.min(width, height);
  const long = aspect <= SQUEEZED_ASPECT ? TILE_SIDE : Math.round(TILE_SIDE * aspect);
  return width >= height ? { width: long, height: TILE_SIDE } : { width: TILE_SIDE, height: long };
}

/**
 * Cuts a strip into the fewest squares that cover it, evenly spaced, from its beginning to its end. RGB, row major.
 * Squares of a strip that stands, or that is one square, are views of it: their rows follow each other.
 */
export function cutTiles({ width, height, rgb }: Raster): Uint8Array[] {
  const long = Math.max(width, height);
  const count = Math.ceil(long / TILE_SIDE);
  return Array.from({ length: count }, (_, index) => {
    const offset = count === 1 ? 0 : Math.round((index * (long - TILE_SIDE)) / (count - 1));
    if (width === TILE_SIDE) return rgb.subarray(offset * TILE_ROW, (offset + TILE_SIDE) * TILE_ROW);
    const tile = new Uint8Array(TILE_SIDE * TILE_ROW);
    for (let y = 0; y < TILE_SIDE; y += 1) {
      const from = (y * width + offset) * 3;
      tile.set(rgb.subarray(from, from + TILE_ROW), y * TILE_ROW);
    }
    return tile;
  });
}
