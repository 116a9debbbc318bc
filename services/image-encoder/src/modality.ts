import { SpanUnit } from '@tercet/contracts';
import {
  checkMediaKind,
  type LoadedModel,
  type Modality,
  type ModalityDefinition,
  type Outcome,
  spanOf,
  toEmbedding,
  truncations,
} from '@tercet/encoder/authoring';
import { DecodeBudget, findMediaType, type ImageLimits, READABLE, readImageLimits } from '@tercet/image';
import { BugError, InvalidInputError } from '@tercet/kit';
import { type DecodedImage, decodeImage } from './decode-image.js';
import { CLASSES, scoreTiles, type TileScores } from './safety-model.js';
import { warmUpParts } from './warm-up.js';

/** Pictures and animations in tiles of 224 x 224. Cost: tiles. */
export const definition: ModalityDefinition<DecodedImage, ImageLimits> = {
  name: 'image',
  readSettings: readImageLimits,
  batch: { maxCost: 32, maxParts: 16 },
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

    cost: ({ frames }) => frames.reduce((tiles, frame) => tiles + frame.seen.length, 0),

    async embed(batch, run) {
      const tiles = batch.flatMap(({ frames }) => frames.flatMap((frame) => frame.seen));
      const scores = await scoreTiles(tiles, 'image', run);
      let first = 0;
      return batch.map((part): Outcome => {
        const frameOf = part.frames.flatMap(({ index, seen }) => seen.map(() => index));
        const own = scores.slice(first, first + frameOf.length);
        first += frameOf.length;
        return {
          kind: 'embedded',
          embeddings: [toEmbedding(image.ref, spanned(part, frameOf, own), signalsOf(own))],
          truncated: truncations(SpanUnit.FRAME, 'max_frames', part.skipped),
          language: '',
        };
      });
    },
  };
}

/** A still seen in one tile needs no span; every other row names its frame, several tiles of one frame the same. */
function spanned(part: DecodedImage, frameOf: readonly number[], scores: readonly TileScores[]) {
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
