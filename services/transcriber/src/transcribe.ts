import { SAMPLE_RATE, speechProbabilities, VOICE_FRAME_SAMPLES } from '@tercet/audio';
import type { RunModel, Stretch } from '@tercet/encoder/authoring';
import type { Recording } from './join-segments.js';
import { speechStretches } from './speech-stretches.js';
import { speechWindows } from './speech-windows.js';
import { type SpeechWindow, speechWithin, summed, type Transcript } from './transcript.js';
import type { Vocabulary } from './vocabulary.js';
import type { WhisperSlots } from './whisper.js';
import { writeWindow } from './write-window.js';

const SAMPLES_PER_MS = SAMPLE_RATE / 1000;
const FRAME_MS = VOICE_FRAME_SAMPLES / SAMPLES_PER_MS;
const SPEECH = { beginFrom: 0.5, endBelow: 0.35, minPauseMs: 300, minSpeechMs: 250, marginMs: 200 } as const;
const WINDOWS = { maxWindowMs: 29_500, maxPauseMs: 3_000, searchMs: 10_000 } as const;

/** A speech model, ready to be run. */
export interface SpeechModel {
  readonly slots: WhisperSlots & { readonly voice: string };
  readonly vocabulary: Vocabulary;
  /** Codes of the languages in which its transcripts are good enough. */
  readonly languages: readonly string[];
}

/** Finds speech, hears it window by window, and writes it down. Deterministic: no step draws a random number. */
export async function transcribe(
  recordings: readonly Recording[],
  declaredLanguage: string,
  model: SpeechModel,
  run: RunModel,
): Promise<Transcript> {
  const windows = await findWindows(recordings, model, run);
  const written = [];
  for (const window of windows) written.push(await writeWindow(window, declaredLanguage, model, run));
  return summed(
    written,
    windows.reduce((ms, window) => ms + speechWithin(window, window), 0),
  );
}

async function findWindows(
  recordings: readonly Recording[],
  { slots }: SpeechModel,
  run: RunModel,
): Promise<SpeechWindow[]> {
  const samples = recordings.map((recording) => recording.samples);
  const probabilities = await speechProbabilities(samples, slots.voice, run);
  return recordings.flatMap((recording, index) => {
    const frames = probabilities[index] ?? new Float32Array(0);
    const durationMs = Math.floor(recording.samples.length / SAMPLES_PER_MS);
    const speech: Stretch[] = speechStretches(frames, FRAME_MS, durationMs, SPEECH);
    return speechWindows(speech, frames, FRAME_MS, WINDOWS).map((window) => ({
      ...window,
      recording,
      speech,
    }));
  });
}
