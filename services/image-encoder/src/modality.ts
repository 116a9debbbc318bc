import { type ModelRef, SpanUnit } from '@tercet/contracts';
import {
  checkMediaKind,
  type LoadedModel,
  type Modality,
  type ModalityDefinition,
  type Outcome,
  PartRows,
  spanOf,
  toEmbedding,
  truncations,
} from '@tercet/encoder/authoring';
import { DecodeBudget, findMediaType, type ImageLimits, READABLE, readImageLimits } from '@tercet/image';
import { BugError, InvalidInputError } from '@tercet/kit';
import { type DecodedImage, decodeImage } from './decode-image.js';
import { CLASSES, scoreTiles, TILES_PER_RUN, type TileScores } from './safety-model.js';
import { warmUpParts } from './warm-up.js';

/** Pictures and animations in tiles of 224 x 224. Cost: tiles. */
export const definition: ModalityDefinition<DecodedImage, ImageLimits> = {
  name: 'image',
  readSettings: readImageLimits,
  // One run's pictures. With more, those decoded ahead at the end of a burst leave the other core nothing to do.
  batch: { maxCost: 32, maxParts: TILES_PER_RUN },
  samples: warmUpParts,
  models: () => ({ image: 'nsfw-mobilenet-v2' }),
  create: createImageModality,
};

function createImageModality(
  { image }: Readonly<Record<string, LoadedModel>>,
  settings: ImageLimits,
): Modality<DecodedImage> {
  if (image === undefined) throw new BugError('the image encoder was given no model');

  const budget = new DecodeBudget(1);

  return {
    name: 'image',

    async prepare({ bytes, mediaType }, signal) {
      if (bytes.length === 0) throw new InvalidInputError('undecodable_media', 'no bytes');
      checkMediaKind(await findMediaType(bytes), mediaType, READABLE);
      return decodeImage(bytes, settings, budget, signal);
    },

    cost: countTiles,

    async embed(batch, run, tell) {
      const outcomes: Outcome[] = new Array(batch.length);
      const tiles = batch.flatMap(({ frames }) => frames.flatMap(({ seen }) => seen));
      const arrived = new PartRows<DecodedImage, TileScores>(batch, countTiles);
      let tile = 0;
      for await (const scores of scoreTiles(tiles, 'image', run)) {
        const whole = arrived.put(tile, scores);
        tile += 1;
        if (whole === undefined) continue;
        const outcome = outcomeOf(image.ref, whole.part, whole.rows);
        outcomes[whole.index] = outcome;
        tell?.(whole.index, outcome);
      }
      return outcomes;
    },
  };
}

function countTiles({ frames }: DecodedImage): number {
  return frames.reduce((tiles, { seen }) => tiles + seen.length, 0);
}

function outcomeOf(model: ModelRef, part: DecodedImage, scores: readonly TileScores[]): Outcome {
  return {
    kind: 'embedded',
    embeddings: [toEmbedding(model, spanned(part, scores), signalsOf(scores))],
    truncated: truncations(SpanUnit.FRAME, 'max_frames', part.skipped),
    language: '',
  };
}

/** A still seen in one tile needs no span; every other row names its frame, several tiles of one frame the same. */
function spanned(part: DecodedImage, scores: readonly TileScores[]) {
  const frameOf = part.frames.flatMap(({ index, seen }) => seen.map(() => index));
  const whole = part.frameCount === 1 && scores.length === 1;
  return scores.map(({ vector }, row) => {
    const start = frameOf[row] ?? 0;
    return whole ? { vector } : { vector, span: spanOf(SpanUnit.FRAME, { start, end: start + 1 }) };
  });
}

function signalsOf(scores: readonly TileScores[]) {
  return Object.fromEntries(
    CLASSES.map((name, index) => [name, scores.map(({ probabilities }) => probabilities[index] ?? 0)]),
  );
}
