import { type DecodedAudio, decodeAudio, findMediaType, READABLE, wavOf } from '@tercet/audio';
import { SpanUnit, type Truncation } from '@tercet/contracts';
import {
  checkMediaKind,
  type LoadedModel,
  type Modality,
  type ModalityDefinition,
  type Outcome,
  type Stretch,
  spanOf,
  truncations,
} from '@tercet/encoder/authoring';
import { BugError, InvalidInputError } from '@tercet/kit';
import { derivedSpeech } from './derived-speech.js';
import { joinSegments, type Recording } from './join-segments.js';
import { readSettings, type TranscriberSettings } from './settings.js';
import { type SpeechModel, transcribe } from './transcribe.js';
import { mostOf, type Transcript } from './transcript.js';
import { readVocabulary } from './vocabulary.js';
import { warmUpSamples } from './warm-up.js';

interface PreparedSpeech {
  readonly recordings: readonly Recording[];
  /** What no recording holds, in milliseconds. */
  readonly skipped: readonly Stretch[];
  readonly seconds: number;
  /** BCP 47 tag; empty: unknown. */
  readonly language: string;
}

/** Speech written down: `<source part id>/speech`, a text. Cost: seconds. Parts are heard one by one: a window fills the model already. */
export const definition: ModalityDefinition<PreparedSpeech, TranscriberSettings> = {
  name: 'audio',
  service: 'transcriber',
  derives: { suffix: 'speech', modality: 'text' },
  readSettings,
  batch: { maxCost: 30, maxParts: 1 },
  // Each token of a text is a run on 37 MB of keys and values.
  runsInPlace: true,
  runTimeoutMs: 15 * 60_000,
  samples: async () => [
    { bytes: wavOf(warmUpSamples()), mediaType: 'audio/wav', language: '', derivation: undefined },
  ],
  models: ({ model }) => ({
    voice: 'silero-vad',
    encoder: `${model}-encoder`,
    decoder: `${model}-decoder`,
  }),
  create: createTranscriber,
};

function createTranscriber(
  models: Readonly<Record<string, LoadedModel>>,
  settings: TranscriberSettings,
): Modality<PreparedSpeech> {
  const { decoder } = models;
  if (decoder === undefined) throw new BugError('the transcriber was given no decoder');
  const { multilingual, languages } = decoder.parameters;
  const model: SpeechModel = {
    slots: { voice: 'voice', encoder: 'encoder', decoder: 'decoder' },
    vocabulary: readVocabulary(decoder.files, multilingual === true),
    languages: Array.isArray(languages) ? languages.map(String) : [],
  };
  return {
    name: 'audio',

    async prepare({ bytes, mediaType, language }, signal) {
      if (bytes.length === 0) return { empty: 'no_audio' };
      checkMediaKind(await findMediaType(bytes), mediaType, READABLE);
      const decoded: DecodedAudio | undefined = await decodeAudio(bytes, settings.decode, signal);
      if (decoded === undefined) return { empty: 'no_audio' };
      const recordings = joinSegments(decoded.segments);
      const samples = recordings.reduce((sum, recording) => sum + recording.samples.length, 0);
      return { recordings, skipped: decoded.skipped, seconds: Math.ceil(samples / 16_000), language };
    },

    cost: ({ seconds }) => seconds,

    async embed(batch, run) {
      const outcomes: Outcome[] = [];
      for (const { recordings, skipped, language } of batch)
        outcomes.push(outcomeOf(await transcribe(recordings, language, model, run), skipped));
      return outcomes;
    },
  };
}

/**
 * @param skipped what was not listened to, in milliseconds.
 * @throws InvalidInputError `language_not_covered` where more of the speech is in languages that the model lacks than not.
 */
export function outcomeOf(
  { segments, language, speechMs, unwritten }: Transcript,
  skipped: readonly Stretch[],
): Outcome {
  const foreignMs = new Map<string, number>();
  for (const one of unwritten)
    if (one.code === 'language_not_covered')
      foreignMs.set(one.language, (foreignMs.get(one.language) ?? 0) + one.speechMs);
  if ([...foreignMs.values()].reduce((sum, ms) => sum + ms, 0) > speechMs / 2)
    throw new InvalidInputError('language_not_covered', mostOf(foreignMs) || 'unknown');
  const truncated: Truncation[] = [
    ...truncations(SpanUnit.MILLISECOND, 'max_segments', skipped),
    ...unwritten.map((one) => ({ span: spanOf(SpanUnit.MILLISECOND, one), code: one.code })),
  ];
  if (segments.length > 0) return { ...derivedSpeech(segments), language, truncated };
  const isUnheard = unwritten.some(({ code }) => code === 'unintelligible');
  return { kind: 'empty', code: isUnheard ? 'no_words' : 'no_speech', truncated };
}
