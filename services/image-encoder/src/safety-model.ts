import { ahead, type RunModel } from '@tercet/encoder/authoring';
import { BugError } from '@tercet/kit';
import { TILE_SIDE } from './tiles.js';

/** Class names of the model, in the order of its outputs. */
export const CLASSES = ['drawing', 'hentai', 'neutral', 'porn', 'sexy'] as const;

/** Elements of a tile's vector. */
export const DIMENSION = 1280;

/** Tiles of one run: a larger batch makes the network no faster and its memory larger. */
export const TILES_PER_RUN = 4;
const TILE_PIXELS = TILE_SIDE * TILE_SIDE;

export interface TileScores {
  readonly vector: Float32Array;
  /** Probabilities in the order of {@link CLASSES}; they sum to 1. */
  readonly probabilities: readonly number[];
}

/**
 * Runs nsfwjs' MobileNetV2 over tiles: `input` [n, 224, 224, 3], 0..1 -> `features` [n, 1280], `probabilities` [n, 5].
 * Gives the scores in the tiles' order, each run's as it ends.
 * @param slot the model's slot name as `run` takes it.
 */
export async function* scoreTiles(
  tiles: readonly Uint8Array[],
  slot: string,
  run: RunModel,
): AsyncGenerator<TileScores> {
  const runs = Array.from({ length: Math.ceil(tiles.length / TILES_PER_RUN) }, (_, index) =>
    tiles.slice(index * TILES_PER_RUN, (index + 1) * TILES_PER_RUN),
  );
  const answers = ahead(runs, (some) =>
    run(
      slot,
      { input: { type: 'float32', data: toUnitRange(some), dims: [some.length, TILE_SIDE, TILE_SIDE, 3] } },
      { giveAway: true },
    ),
  );
  for await (const { features, probabilities } of answers) {
    if (!(features?.data instanceof Float32Array) || !(probabilities?.data instanceof Float32Array))
      throw new BugError(`${slot} answers without features and probabilities`);
    for (let row = 0; row < features.data.length / DIMENSION; row += 1)
      yield {
        vector: features.data.slice(row * DIMENSION, (row + 1) * DIMENSION),
        probabilities: [...probabilities.data.slice(row * CLASSES.length, (row + 1) * CLASSES.length)],
      };
  }
}

/** Bytes 0..255 as 0..1. */
function toUnitRange(tiles: readonly Uint8Array[]): Float32Array {
  const input = new Float32Array(tiles.length * TILE_PIXELS * 3);
  tiles.forEach((tile, index) => {
    const first = index * TILE_PIXELS * 3;
    for (let i = 0; i < tile.length; i += 1) input[first + i] = (tile[i] ?? 0) / 255;
  });
  return input;
}
