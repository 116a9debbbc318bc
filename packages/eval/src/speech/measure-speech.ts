import { wavOf } from '@tercet/audio';
import type { Outcome, PartInput } from '@tercet/encoder/authoring';
import { InvalidInputError } from '@tercet/kit';
import { spokenWords } from './normalise.js';
import { quietClips } from './quiet-clips.js';
import { FOREIGN_SENTENCES, SENTENCES } from './sentences.js';
import { eventSounds, readAloud, realSpeech, type SpeechClip } from './speech-clips.js';
import { type WordError, wordErrors } from './word-errors.js';

/** Clips up to so long count as short. */
const SHORT_SECONDS = 5;
const VOICES = ['en-us', 'en-gb'] as const;

/** Transcribes one part; answers its outcome, the audio's length and how long it took, both in seconds. */
export type Transcribe = (
  part: PartInput,
) => Promise<{ readonly outcome: Outcome; readonly audioSeconds: number; readonly tookSeconds: number }>;

export interface ClipSetResult {
  readonly words: number;
  readonly errors: readonly WordError[];
}

export interface SpeechMeasure {
  readonly real: ClipSetResult | undefined;
  readonly synthetic: ClipSetResult;
  /** Clips without speech, and those of them that words were heard in. */
  readonly quiet: { readonly n: number; readonly withWords: readonly string[] };
  /** Per voice of another language: the failure's code, or the language of the transcript. */
  readonly foreign: readonly { readonly voice: string; readonly outcome: string }[];
  readonly times: readonly { readonly audioSeconds: number; readonly tookSeconds: number }[];
  readonly n: number;
}

/** Runs all clips of the suite one after another. */
export async function measureSpeech(
  transcribe: Transcribe,
  seed: number,
  shared: string | undefined,
): Promise<SpeechMeasure> {
  const times: { audioSeconds: number; tookSeconds: number }[] = [];
  const heard = async (bytes: Uint8Array): Promise<Outcome> => {
    const { outcome, ...time } = await transcribe({
      bytes,
      mediaType: '',
      language: '',
      derivation: undefined,
    });
    times.push(time);
    return outcome;
  };
  const scored = async (clips: readonly SpeechClip[]): Promise<ClipSetResult> => {
    let words = 0;
    const errors: WordError[] = [];
    for (const { bytes, transcript } of clips) {
      const outcome = await heard(bytes);
      const said = spokenWords(transcript);
      words += said.length;
      errors.push(...wordErrors(said, spokenWords(outcome.kind === 'derived' ? outcome.text : '')));
    }
    return { words, errors };
  };

  const realClips = shared === undefined ? undefined : await realSpeech(shared);
  const real = realClips && (await scored(realClips));
  const read = SENTENCES.flatMap((text) => VOICES.map((voice) => ({ text, voice })));
  const synthetic = await scored(
    await Promise.all(
      read.map(async ({ text, voice }) => ({
        name: voice,
        transcript: text,
        bytes: await readAloud(text, voice),
      })),
    ),
  );

  const quiet = [
    ...quietClips(seed).map(({ name, samples }) => ({ name, bytes: wavOf(samples) })),
    ...(shared === undefined ? [] : await eventSounds(shared)),
  ];
  const withWords: string[] = [];
  for (const { name, bytes } of quiet) {
    const outcome = await heardOrCode(() => heard(bytes));
    if (typeof outcome !== 'string' && outcome.kind === 'derived' && spokenWords(outcome.text).length > 0)
      withWords.push(name);
  }

  const foreign: { voice: string; outcome: string }[] = [];
  for (const { voice, text } of FOREIGN_SENTENCES) {
    const bytes = await readAloud(text, voice);
    const outcome = await heardOrCode(() => heard(bytes));
    const told = typeof outcome === 'string' || outcome.kind !== 'derived' ? undefined : outcome.language;
    foreign.push({ voice, outcome: told ?? (typeof outcome === 'string' ? outcome : outcome.kind) });
  }
  return { real, synthetic, quiet: { n: quiet.length, withWords }, foreign, times, n: times.length };
}

async function heardOrCode(work: () => Promise<Outcome>): Promise<Outcome | string> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InvalidInputError) return error.code;
    throw error;
  }
}

/** Compute over audio, and the 95th percentile of the seconds that a short clip takes. */
export function realTime(times: SpeechMeasure['times']): { rtf: number; shortP95Seconds: number } {
  const sum = (pick: (time: SpeechMeasure['times'][number]) => number): number =>
    times.reduce((total, time) => total + pick(time), 0);
  const short = times
    .filter(({ audioSeconds }) => audioSeconds <= SHORT_SECONDS)
    .map(({ tookSeconds }) => tookSeconds)
    .sort((a, b) => a - b);
  return {
    rtf: sum(({ tookSeconds }) => tookSeconds) / sum(({ audioSeconds }) => audioSeconds),
    shortP95Seconds: short[Math.max(0, Math.ceil(short.length * 0.95) - 1)] ?? 0,
  };
}
