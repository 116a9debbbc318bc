import { type Derivation, type ModelRef, SpanUnit } from '@tercet/contracts';
import {
  type LoadedModel,
  type Modality,
  type ModalityDefinition,
  type Outcome,
  type PartInput,
  PartRows,
  type Stretch,
  spanOf,
  toEmbedding,
  truncations,
} from '@tercet/encoder/authoring';
import { BugError, InvalidInputError } from '@tercet/kit';
import { loadIdentify } from '@tercet/language';
import { LEXICON, lexicalVector } from '@tercet/lexicon';
import { loadTokenizer, normaliseText } from '@tercet/models';
import { toCodePoints } from './code-points.js';
import { movedDerivation } from './moved-derivation.js';
import { partLanguage } from './part-language.js';
import { embedRows } from './sentence-model.js';
import { readSettings, type TextSettings } from './settings.js';
import { joinStretches, planWindows } from './windows.js';

interface PreparedText {
  /** Token ids of each window. */
  readonly rows: readonly (readonly number[])[];
  /** What word lists say of each window. */
  readonly lexical: readonly Float32Array[];
  /** In code points of the normalised text, one per window. */
  readonly spans: readonly Stretch[];
  readonly skipped: readonly Stretch[];
  readonly skippedBy: 'max_windows' | 'max_chars';
  readonly language: string;
  /** In code points, in other languages than the text. */
  readonly foreign: readonly Stretch[];
  /** Set where the text was read from another part; spans count in the normalised text. */
  readonly derivation: Derivation | undefined;
}

/** Text in overlapping windows. Cost: tokens. */
export const definition: ModalityDefinition<PreparedText, TextSettings> = {
  name: 'text',
  readSettings,
  batch: { maxCost: 2048, maxParts: 32 },
  samples: async () => [
    sample('A short post of an ordinary length, as most are.'),
    sample('word '.repeat(600)),
  ],
  models: ({ model }) => ({ text: model }),
  create: createTextModality,
};

function createTextModality(
  { text: model }: Readonly<Record<string, LoadedModel>>,
  settings: TextSettings,
): Modality<PreparedText> {
  if (model === undefined) throw new BugError('the text encoder was given no model');
  const tokenizer = loadTokenizer(model.files);
  const identify = loadIdentify();

  return {
    name: 'text',

    async prepare({ bytes, mediaType, language, derivation }) {
      refuseOtherMedia(mediaType);
      const text = normaliseText(bytes);
      const { windows, skipped, skippedBy } = planWindows(tokenizer, text, settings);
      if (windows.length === 0) return { empty: 'empty_text' };
      const said = partLanguage(identify, text, joinStretches(windows), language);
      const places = toCodePoints(text, [...windows, ...skipped, ...said.foreign]);
      const unplanned = windows.length + skipped.length;
      return {
        rows: windows.map(({ ids }) => ids),
        lexical: windows.map(({ start, end }) => lexicalVector(text.slice(start, end))),
        spans: places.slice(0, windows.length),
        skipped: places.slice(windows.length, unplanned),
        skippedBy,
        language: said.tag,
        foreign: places.slice(unplanned),
        derivation: derivation && movedDerivation(derivation, bytes),
      };
    },

    cost: ({ rows }) => rows.reduce((tokens, row) => tokens + row.length, 0),

    async embed(batch, run, tell) {
      const outcomes: Outcome[] = new Array(batch.length);
      const arrived = new PartRows<PreparedText, Float32Array>(batch, (part) => part.rows.length);
      const rows = batch.flatMap((part) => part.rows);
      for await (const { row, vector } of embedRows(rows, tokenizer.padId, 'text', run)) {
        const whole = arrived.put(row, vector);
        if (whole === undefined) continue;
        const outcome = outcomeOf(model.ref, whole.part, whole.rows);
        outcomes[whole.index] = outcome;
        tell?.(whole.index, outcome);
      }
      return outcomes;
    },
  };
}

function outcomeOf(model: ModelRef, part: PreparedText, vectors: readonly Float32Array[]): Outcome {
  return {
    kind: 'embedded',
    embeddings: [
      toEmbedding(model, spanned(vectors, part)),
      toEmbedding(LEXICON, spanned(part.lexical, part)),
    ],
    truncated: [
      ...truncations(SpanUnit.CODE_POINT, part.skippedBy, part.skipped),
      ...truncations(SpanUnit.CODE_POINT, 'language_not_served', part.foreign),
    ],
    language: part.language,
    ...(part.derivation ? { derivation: part.derivation } : {}),
  };
}

/** A text in one window needs no span. */
function spanned(vectors: readonly Float32Array[], { spans, skipped }: PreparedText) {
  const whole = vectors.length === 1 && skipped.length === 0;
  return vectors.map((vector, index) => {
    const stretch = spans[index];
    return whole || stretch === undefined
      ? { vector }
      : { vector, span: spanOf(SpanUnit.CODE_POINT, stretch) };
  });
}

/** The bytes decide whether they are text; what upstream calls a picture or a sound was sent to the wrong encoder. */
function refuseOtherMedia(mediaType: string): void {
  const claimed = /^\s*(audio|image|video)\//i.exec(mediaType)?.[1];
  if (claimed)
    throw new InvalidInputError('media_mismatch', `a text was declared as ${claimed.toLowerCase()}`);
}

function sample(text: string): PartInput {
  return { bytes: Buffer.from(text), mediaType: 'text/plain', language: '', derivation: undefined };
}
