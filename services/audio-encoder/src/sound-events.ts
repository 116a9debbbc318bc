import { PATCH_BANDS, PATCH_FRAMES, soundPatches } from '@tercet/audio';
import type { RunModel } from '@tercet/encoder/authoring';
import { BugError } from '@tercet/kit';
import type { SegmentEmbedder, SegmentSamples } from './segment-model.js';
import { SOUND_GROUPS, type SoundGroup } from './sound-groups.js';

/** Patches of one run: more leave a core's cache. Every run of a segment but its last has as many. */
const PATCHES_PER_RUN = 4;
const PATCH_SIZE = PATCH_FRAMES * PATCH_BANDS;

/** YAMNet's answer for one segment, row-major by patch. */
export interface HeardPatches {
  readonly count: number;
  /** [count, 521], each 0..1. */
  readonly scores: Float32Array;
  /** [count, 1024]. */
  readonly embeddings: Float32Array;
}

/**
 * YAMNet over patches of 0.975 s every 0.48 s. Vector: mean of the patches' embeddings, 1024 elements of unit length.
 * Signals: per group of classes the highest score over patches and classes; uncalibrated, and not comparable between groups.
 * @param slot the model's slot name as `run` takes it: `patches` [n, 96, 64] -> `scores` [n, 521], `embedding` [n, 1024].
 */
export function soundEvents(slot: string): SegmentEmbedder {
  return {
    async embed(segments, run) {
      const vectors: Float32Array[] = [];
      const signals = Object.fromEntries(SOUND_GROUPS.map(({ name }) => [name, [] as number[]]));
      for (const samples of segments) {
        const heard = await hearPatches(samples, slot, run);
        vectors.push(meanDirection(heard.embeddings, heard.count));
        for (const group of SOUND_GROUPS) signals[group.name]?.push(highest(heard, group));
      }
      return { vectors, signals };
    },
  };
}

/** Runs the model over all patches of one segment. */
export async function hearPatches(
  samples: SegmentSamples,
  slot: string,
  run: RunModel,
): Promise<HeardPatches> {
  const patches = soundPatches(samples);
  const count = patches.length / PATCH_SIZE;
  const scores: Float32Array[] = [];
  const embeddings: Float32Array[] = [];
  for (let first = 0; first < count; first += PATCHES_PER_RUN) {
    const last = Math.min(count, first + PATCHES_PER_RUN);
    const data = patches.slice(first * PATCH_SIZE, last * PATCH_SIZE);
    const dims = [last - first, PATCH_FRAMES, PATCH_BANDS];
    const answer = await run(slot, { patches: { type: 'float32', data, dims } }, { giveAway: true });
    scores.push(floats(answer['scores']?.data, slot));
    embeddings.push(floats(answer['embedding']?.data, slot));
  }
  return { count, scores: joined(scores), embeddings: joined(embeddings) };
}

function highest({ count, scores }: HeardPatches, { classes }: SoundGroup): number {
  const width = scores.length / count;
  let most = 0;
  for (let patch = 0; patch < count; patch += 1)
    for (const index of classes) most = Math.max(most, scores[patch * width + index] ?? 0);
  return most;
}

/** Mean over [count, width], then unit length. */
function meanDirection(rows: Float32Array, count: number): Float32Array {
  const width = rows.length / count;
  const sums = new Float64Array(width);
  for (let index = 0; index < rows.length; index += 1)
    sums[index % width] = (sums[index % width] ?? 0) + (rows[index] ?? 0);
  const length = Math.hypot(...sums);
  return Float32Array.from(sums, (sum) => (length === 0 ? 0 : sum / length));
}

function joined(pieces: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

function floats(data: unknown, slot: string): Float32Array {
  if (!(data instanceof Float32Array)) throw new BugError(`${slot} answers without scores and embeddings`);
  return data;
}
