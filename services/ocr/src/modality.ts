import { SpanUnit } from '@tercet/contracts';
import {
  checkMediaKind,
  type LoadedModel,
  type Modality,
  type ModalityDefinition,
  type Outcome,
  type RunModel,
  truncations,
} from '@tercet/encoder/authoring';
import {
  DecodeBudget,
  type DecodedPicture,
  decodePicture,
  findMediaType,
  type Raster,
  READABLE,
} from '@tercet/image';
import { BugError, InvalidInputError } from '@tercet/kit';
import { readDictionary } from './dictionary.js';
import { joinText } from './join-text.js';
import { languageOf } from './language.js';
import { limitLines } from './limit-lines.js';
import { mergeFrames } from './merge-frames.js';
import { readFrame } from './read-frame.js';
import { sizeToRead } from './scales.js';
import { type OcrSettings, readSettings } from './settings.js';
import { warmUpParts } from './warm-up.js';

type Picture = DecodedPicture<Raster>;

/** Text of pictures and animations, as a text part beside the picture. Cost: pixels. */
export const definition: ModalityDefinition<Picture, OcrSettings> = {
  name: 'image',
  derives: { suffix: 'ocr', modality: 'text' },
  readSettings,
  // One at a time: parts share no run of a model, so that a batch would only delay its first.
  batch: { maxCost: 4_000_000, maxParts: 1 },
  samples: warmUpParts,
  models: () => ({
    detector: 'pp-ocr-v6-small-det',
    recogniser: 'pp-ocr-v6-small-rec',
    turn: 'pp-ocr-v2-cls',
  }),
  create: createOcrModality,
};

function createOcrModality(
  { recogniser }: Readonly<Record<string, LoadedModel>>,
  settings: OcrSettings,
): Modality<Picture> {
  const model = recogniser?.files['recogniser.onnx'];
  if (model === undefined) throw new BugError('the reader of pictures was given no recogniser');
  const characters = readDictionary(model);
  const budget = new DecodeBudget(1);

  return {
    name: 'image',

    async prepare({ bytes, mediaType }, signal) {
      if (bytes.length === 0) throw new InvalidInputError('undecodable_media', 'no bytes');
      checkMediaKind(await findMediaType(bytes), mediaType, READABLE);
      const view = {
        sizeOf: (width: number, height: number, frames: number) =>
          sizeToRead(width, height, settings.maxReadPixels / frames),
        keep: (frame: Raster) => frame,
      };
      return decodePicture(bytes, settings.image, budget, view, signal);
    },

    cost: ({ frames }) => frames.reduce((pixels, { seen }) => pixels + seen.width * seen.height, 0),

    async embed(batch, run) {
      const outcomes: Outcome[] = [];
      for (const picture of batch) outcomes.push(await readPicture(picture, characters, settings, run));
      return outcomes;
    },
  };
}

async function readPicture(
  { frames, frameCount, skipped }: Picture,
  characters: readonly string[],
  settings: OcrSettings,
  run: RunModel,
): Promise<Outcome> {
  const read = [];
  for (const { index, seen } of frames)
    read.push({ index, rows: await readFrame(seen, characters, settings.minConfidencePercent / 100, run) });
  const seen = frameCount === 1 ? (read[0]?.rows ?? []) : mergeFrames(read);
  const { rows, truncated: beyond } = limitLines(seen, settings.maxLines);
  const truncated = [...truncations(SpanUnit.FRAME, 'max_frames', skipped), ...beyond];
  if (rows.length === 0) return { kind: 'empty', code: 'no_text', truncated };
  const joined = joinText(rows);
  return { ...joined, language: languageOf(joined.text), truncated };
}
