/** One tile along one side of a picture, in pixels: what is looked at, and the core of it whose answer counts. */
export interface TileSpan {
  readonly start: number;
  readonly end: number;
  readonly coreStart: number;
  readonly coreEnd: number;
}

/** Longest side of a tile. */
export const MAX_TILE = 1280;
/** What a tile sees beyond its core on each side where the picture goes on: the detector judges by surroundings. */
export const TILE_MARGIN = 96;

/** Covers a side with the fewest tiles, of equal cores; the cores meet without a gap. */
export function coverWithTiles(length: number): TileSpan[] {
  const count = length <= MAX_TILE ? 1 : Math.ceil(length / (MAX_TILE - 2 * TILE_MARGIN));
  return Array.from({ length: count }, (_, index) => {
    const coreStart = Math.round((index * length) / count);
    const coreEnd = Math.round(((index + 1) * length) / count);
    return {
      start: Math.max(0, coreStart - TILE_MARGIN),
      end: Math.min(length, coreEnd + TILE_MARGIN),
      coreStart,
      coreEnd,
    };
  });
}
