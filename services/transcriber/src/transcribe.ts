import { SAMPLE_RATE, speechProbabilities, VOICE_FRAME_SAMPLES } from '@tercet/audio';
import type { RunModel, Stretch } from '@tercet/encoder/authoring';
import { compressionRatio, GUARDS, MIN_CONFIDENCE, mean, soundsEmpty } from './guards.js';
import type { Recording } from './join-segments.js';
import { chooseLanguage } from './language.js';
import { type SaidSegment, saidSegments } from './said-segments.js';
import { speechStretches } from './speech-stretches.js';
import { speechWindows } from './speech-windows.js';
import type { Vocabulary } from './vocabulary.js';
import { type HeardWindow, hear, type SaidTokens, say, type WhisperSlots } from './whisper.js';

const SAMPLES_PER_MS = SAMPLE_RATE / 1000;
const FRAME_MS = VOICE_FRAME_SAMPLES / SAMPLES_PER_MS;
const SPEECH = { beginFrom: 0.5, endBelow: 0.35, minPauseMs: 300, minSpeechMs: 250, marginMs: 200 } as const;
const WINDOWS = { maxWindowMs: 29_500, maxPauseMs: 3_000, searchMs: 10_000 } as const;
/** Speech that the recogniser left out at a window's end is heard again where there is at least so much of it. */
const MIN_LEFT_MS = 1_000;
/** A text that repeats itself is said again without any run of so many tokens twice. */
const REPEAT_LENGTH = 4;

/** A speech model, ready to be run. */
export interface SpeechModel {
  readonly slots: WhisperSlots & { readonly voice: string };
  readonly vocabulary: Vocabulary;
  /** Codes of the languages in which its transcripts are good enough. */
  readonly languages: readonly string[];
}

/** What was said. Times in milliseconds of the part. */
export interface Transcript {
  readonly segments: readonly SaidSegment[];
  /** Code of the language of most of the speech; empty where there is none. */
  readonly language: string;
  /** Milliseconds of speech, and how many of them are in languages that the model lacks. */
  readonly speechMs: number;
  readonly uncoveredMs: number;
}

interface Window extends Stretch {
  readonly recording: Recording;
  readonly speech: readonly Stretch[];
}

/** Finds speech, hears it window by window, and writes it down. Deterministic: no step draws a random number. */
export async function transcribe(
  recordings: readonly Recording[],
  declaredLanguage: string,
  model: SpeechModel,
  run: RunModel,
): Promise<Transcript> {
  const windows = await findWindows(recordings, model, run);
  const segments: SaidSegment[] = [];
  const spokenMs = new Map<string, number>();
  let uncoveredMs = 0;
  for (const window of windows) {
    const speechMs = within(window, window);
    let from = window.start;
    while (from < window.end) {
      const rest = { ...window, start: from };
      const heard = await hear(cut(rest), model.vocabulary, model.slots, run);
      const language = chooseLanguage(heard.languages, declaredLanguage, model.languages);
      if (from === window.start) spokenMs.set(language.code, (spokenMs.get(language.code) ?? 0) + speechMs);
      if (!language.covered) {
        uncoveredMs += within(rest, rest);
        break;
      }
      const told = await write(heard, heard.languages.size > 0 ? language.code : undefined, rest, model, run);
      const offset = window.recording.startMs + from;
      const sure = told.filter(({ confidence }) => confidence >= MIN_CONFIDENCE);
      segments.push(...sure.map((one) => ({ ...one, start: one.start + offset, end: one.end + offset })));
      const reached = from + (told.at(-1)?.end ?? 0);
      if (reached <= from || within({ start: reached, end: window.end }, window) < MIN_LEFT_MS) break;
      from = reached;
    }
  }
  const [most] = [...spokenMs].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const speechMs = [...spokenMs.values()].reduce((sum, ms) => sum + ms, 0);
  return { segments, language: most?.[0] ?? '', speechMs, uncoveredMs };
}

async function findWindows(
  recordings: readonly Recording[],
  { slots }: SpeechModel,
  run: RunModel,
): Promise<Window[]> {
  const samples = recordings.map((recording) => recording.samples);
  const probabilities = await speechProbabilities(samples, slots.voice, run);
  return recordings.flatMap((recording, index) => {
    const frames = probabilities[index] ?? new Float32Array(0);
    const durationMs = Math.floor(recording.samples.length / SAMPLES_PER_MS);
    const speech = speechStretches(frames, FRAME_MS, durationMs, SPEECH);
    return speechWindows(speech, frames, FRAME_MS, WINDOWS).map((window) => ({
      ...window,
      recording,
      speech,
    }));
  });
}

/** The window's segments in its own time; none where the text is not to be believed. */
async function write(
  heard: HeardWindow,
  language: string | undefined,
  window: Stretch,
  model: SpeechModel,
  run: RunModel,
): Promise<SaidSegment[]> {
  const { vocabulary, slots } = model;
  const repeats = (said: SaidTokens): boolean =>
    compressionRatio(vocabulary.textOf(said.tokens)) > GUARDS.maxCompression;
  let said = await say(heard, language, vocabulary, slots, run);
  if (repeats(said)) said = await say(heard, language, vocabulary, slots, run, REPEAT_LENGTH);
  if (repeats(said) || soundsEmpty(heard.noSpeech, mean(said.logProbabilities))) return [];
  return saidSegments(said, window.end - window.start, vocabulary);
}

function cut({ recording, start, end }: Window): Int16Array {
  return recording.samples.subarray(Math.round(start * SAMPLES_PER_MS), Math.round(end * SAMPLES_PER_MS));
}

/** Milliseconds of a window's speech that lie in a stretch. */
function within(stretch: Stretch, { speech }: Pick<Window, 'speech'>): number {
  return speech.reduce(
    (sum, { start, end }) => sum + Math.max(0, Math.min(end, stretch.end) - Math.max(start, stretch.start)),
    0,
  );
}
