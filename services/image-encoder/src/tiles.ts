import type { Raster } from '@tercet/image';

/** Side of what the model looks at, in pixels. */
export const TILE_SIDE = 224;
/** Up to this aspect a picture is squeezed into one square, as the model was trained; beyond it is cut. */
const SQUEEZED_ASPECT = 2;

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

/** Cuts a strip into the fewest squares that cover it, evenly spaced, from its beginning to its end. RGB, row major. */
export function cutTiles(strip: Raster): Uint8Array[] {
  const long = Math.max(strip.width, strip.height);
  const count = Math.ceil(long / TILE_SIDE);
  return Array.from({ length: count }, (_, index) => {
    const offset = count === 1 ? 0 : Math.round((index * (long - TILE_SIDE)) / (count - 1));
    const left = strip.width === long ? offset : 0;
    const top = strip.width === long ? 0 : offset;
    const tile = new Uint8Array(TILE_SIDE * TILE_SIDE * 3);
    for (let y = 0; y < TILE_SIDE; y += 1) {
      const from = ((top + y) * strip.width + left) * 3;
      tile.set(strip.rgb.subarray(from, from + TILE_SIDE * 3), y * TILE_SIDE * 3);
    }
    return tile;
  });
}
