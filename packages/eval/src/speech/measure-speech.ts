import { wavOf } from '@tercet/audio';
import type { Outcome, PartInput } from '@tercet/encoder/authoring';
import { InvalidInputError } from '@tercet/kit';
import { spokenWords } from './normalise.js';
import { quietClips } from './quiet-clips.js';
import { COVERED, SENTENCES, type Spoken, UNCOVERED } from './sentences.js';
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

/** Lines in one language: how many, how many were written down in it, and the word errors in these. */
export interface CoveredLanguage extends ClipSetResult {
  readonly lines: number;
  readonly written: number;
}

export interface SpeechMeasure {
  readonly real: ClipSetResult | undefined;
  readonly synthetic: ClipSetResult;
  /** Clips without speech, and those of them that words were heard in. */
  readonly quiet: { readonly n: number; readonly withWords: readonly string[] };
  /** Per line in a language that is not covered: the failure's code, or the language of the transcript. */
  readonly uncovered: readonly { readonly voice: string; readonly outcome: string }[];
  /** Lines in the covered languages beside English, by code. */
  readonly covered: ReadonlyMap<string, CoveredLanguage>;
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
      const outcome = await heardOrCode(() => heard(bytes));
      const said = spokenWords(transcript);
      words += said.length;
      errors.push(...wordErrors(said, spokenWords(textOf(outcome))));
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
    if (spokenWords(textOf(outcome)).length > 0) withWords.push(name);
  }

  const readOut = async ({ text, voice }: Spoken) => {
    const bytes = await readAloud(text, voice);
    return heardOrCode(() => heard(bytes));
  };
  const uncovered: { voice: string; outcome: string }[] = [];
  for (const line of UNCOVERED) uncovered.push({ voice: line.voice, outcome: nameOf(await readOut(line)) });
  const covered = new Map<string, CoveredLanguage>();
  for (const line of COVERED) {
    const language = line.voice.slice(0, 2);
    const sum = covered.get(language) ?? { lines: 0, written: 0, words: 0, errors: [] };
    const outcome = await readOut(line);
    const isWritten = nameOf(outcome) === language;
    const said = isWritten ? spokenWords(line.text) : [];
    covered.set(language, {
      lines: sum.lines + 1,
      written: sum.written + (isWritten ? 1 : 0),
      words: sum.words + said.length,
      errors: isWritten ? [...sum.errors, ...wordErrors(said, spokenWords(textOf(outcome)))] : sum.errors,
    });
  }
  return {
    real,
    synthetic,
    quiet: { n: quiet.length, withWords },
    uncovered,
    covered,
    times,
    n: times.length,
  };
}

/** An outcome, or the code of its failure. */
type Told = Outcome | string;

function textOf(told: Told): string {
  return typeof told !== 'string' && told.kind === 'derived' ? told.text : '';
}

/** The code of a failure or of an empty part, or the language of a transcript. */
function nameOf(told: Told): string {
  if (typeof told === 'string') return told;
  if (told.kind === 'derived') return told.language;
  return told.kind === 'empty' ? told.code : told.kind;
}

async function heardOrCode(work: () => Promise<Outcome>): Promise<Told> {
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
