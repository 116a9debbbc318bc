import { type AudioSegment, type DecodedAudio, decodeAudio, findMediaType, READABLE } from '@tercet/audio';
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
import { BugError } from '@tercet/kit';
import type { EmbeddedSegments, SegmentEmbedder, SegmentSignal } from './segment-model.js';
import { type AudioSettings, readSettings } from './settings.js';
import { soundEvents } from './sound-events.js';
import { speechEmbedder } from './speech-embedding.js';
import { speechShare } from './speech-share.js';
import { warmUpParts } from './warm-up.js';

/** Audio in segments of 10 s. Cost: seconds. */
export const definition: ModalityDefinition<DecodedAudio, AudioSettings> = {
  name: 'audio',
  readSettings,
  batch: { maxCost: 160, maxParts: 16 },
  samples: async () => warmUpParts(),
  models: () => ({
    mel: 'melspectrogram',
    speech: 'speech-embedding',
    voice: 'silero-vad',
  }),
  optionalModels: [
    {
      slot: 'sounds',
      name: 'yamnet',
      covers: 'sounds in audio: gunshots, explosions, screams, breaking glass, sirens',
    },
  ],
  create: createAudioModality,
};

function createAudioModality(
  models: Readonly<Record<string, LoadedModel>>,
  settings: AudioSettings,
): Modality<DecodedAudio> {
  const { speech, sounds } = models;
  if (speech === undefined) throw new BugError('the audio encoder was given no speech model');
  const embedders: { readonly model: LoadedModel; readonly embedder: SegmentEmbedder }[] = [
    { model: speech, embedder: speechEmbedder({ mel: 'mel', embedding: 'speech' }) },
  ];
  if (sounds !== undefined) embedders.push({ model: sounds, embedder: soundEvents('sounds') });
  const signals: readonly SegmentSignal[] = [speechShare('voice')];

  return {
    name: 'audio',

    async prepare({ bytes, mediaType }, signal) {
      if (bytes.length === 0) return { empty: 'no_audio' };
      checkMediaKind(await findMediaType(bytes), mediaType, READABLE);
      return (await decodeAudio(bytes, settings, signal)) ?? { empty: 'no_audio' };
    },

    cost: ({ segments }) =>
      Math.ceil(segments.reduce((ms, { span }) => ms + span.end - span.start, 0) / 1000),

    async embed(batch, run) {
      const samples = batch.flatMap(({ segments }) => segments.map((segment) => segment.samples));
      const embedded: EmbeddedSegments[] = [];
      for (const { embedder } of embedders) embedded.push(await embedder.embed(samples, run));
      const measured: Record<string, readonly number[]> = {};
      for (const signal of signals) measured[signal.name] = await signal.measure(samples, run);
      let first = 0;
      return batch.map(({ segments, skipped }): Outcome => {
        const rows = { from: first, to: first + segments.length };
        first = rows.to;
        const own = (values: Readonly<Record<string, readonly number[]>>) =>
          Object.fromEntries(
            Object.entries(values).map(([name, all]) => [name, all.slice(rows.from, rows.to)]),
          );
        return {
          kind: 'embedded',
          embeddings: embedders.map(({ model }, index) =>
            toEmbedding(
              model.ref,
              spanned(segments, embedded[index]?.vectors.slice(rows.from, rows.to) ?? []),
              own({ ...embedded[index]?.signals, ...(index === 0 ? measured : {}) }),
            ),
          ),
          truncated: truncations(SpanUnit.MILLISECOND, 'max_segments', skipped),
          language: '',
        };
      });
    },
  };
}

function spanned(segments: readonly AudioSegment[], vectors: readonly Float32Array[]) {
  return vectors.map((vector, index) => {
    const span = segments[index]?.span;
    return span ? { vector, span: spanOf(SpanUnit.MILLISECOND, span) } : { vector };
  });
}
