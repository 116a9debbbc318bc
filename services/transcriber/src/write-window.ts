import { SAMPLE_RATE } from '@tercet/audio';
import type { RunModel, Stretch } from '@tercet/encoder/authoring';
import {
  certaintyOf,
  compressionRatio,
  GUARDS,
  MIN_CERTAINTY,
  MIN_CONFIDENCE,
  mean,
  soundsEmpty,
} from './guards.js';
import { type ChosenLanguage, chooseLanguage } from './language.js';
import { type SaidSegment, saidSegments } from './said-segments.js';
import type { SpeechModel } from './transcribe.js';
import { type SpeechWindow, speechWithin, type Unwritten, type WrittenWindow } from './transcript.js';
import { type HeardWindow, hear, type SaidTokens, say } from './whisper.js';

const SAMPLES_PER_MS = SAMPLE_RATE / 1000;
/** So much speech is heard again where the recogniser left it out at a window's end, and is reported where it stays unwritten. */
const MIN_LEFT_MS = 1_000;
/** And so much where the recogniser takes it for no speech at all, so that voice activity alone speaks for it. */
const MIN_DISPUTED_MS = 2_000;
/** A text that repeats itself is said again without any run of so many tokens twice. */
const REPEAT_LENGTH = 4;

/**
 * Writes one window down. What the recogniser leaves out at its end is heard again, from there.
 *
 * A window whose language is not known for certain is written down in the likeliest one that is covered; where that text is
 * not certain either, the speech is in another language. A text that is not believed in a certain language is
 * unintelligible.
 */
export async function writeWindow(
  window: SpeechWindow,
  declaredLanguage: string,
  model: SpeechModel,
  run: RunModel,
): Promise<WrittenWindow> {
  const segments: SaidSegment[] = [];
  const unwritten: Unwritten[] = [];
  const { startMs } = window.recording;
  let writtenIn: string | undefined;
  const leaveOut = (stretch: Stretch, code: Unwritten['code'], language: string): void => {
    const { start, end } = stretch;
    const speechMs = speechWithin(stretch, window);
    unwritten.push({ start: start + startMs, end: end + startMs, code, speechMs, language });
  };

  for (let from = window.start; from < window.end; ) {
    const rest = { ...window, start: from };
    const heard = await hear(cut(rest), model.vocabulary, model.slots, run);
    const language = chooseLanguage(heard.languages, declaredLanguage, model.languages);
    if (!language.covered) {
      leaveOut(rest, 'language_not_covered', language.code);
      break;
    }
    const told = await write(heard, language, rest, model, run);
    const enoughMs = heard.noSpeech > GUARDS.maxNoSpeech ? MIN_DISPUTED_MS : MIN_LEFT_MS;
    const reported = (stretch: Stretch): boolean => speechWithin(stretch, window) >= enoughMs;
    if (!language.certain && certaintyOf(told) < MIN_CERTAINTY) {
      if (reported(rest)) leaveOut(rest, 'language_not_covered', '');
      break;
    }
    for (const one of told.map((said) => ({ ...said, start: said.start + from, end: said.end + from }))) {
      if (one.confidence >= MIN_CONFIDENCE) {
        segments.push({ ...one, start: one.start + startMs, end: one.end + startMs });
        writtenIn = language.code;
      } else if (reported(one)) leaveOut(one, 'unintelligible', language.code);
    }
    const reached = from + (told.at(-1)?.end ?? 0);
    if (reached <= from) {
      if (reported(rest)) leaveOut(rest, 'unintelligible', language.code);
      break;
    }
    if (speechWithin({ start: reached, end: window.end }, window) < MIN_LEFT_MS) break;
    from = reached;
  }
  return { segments, language: writtenIn, unwritten };
}

/** What is said in the window, in its own time; nothing where the text is not to be believed. */
async function write(
  heard: HeardWindow,
  { code }: ChosenLanguage,
  window: Stretch,
  model: SpeechModel,
  run: RunModel,
): Promise<SaidSegment[]> {
  const { vocabulary, slots } = model;
  const language = heard.languages.size > 0 ? code : undefined;
  const repeats = (said: SaidTokens): boolean =>
    compressionRatio(vocabulary.textOf(said.tokens)) > GUARDS.maxCompression;
  let said = await say(heard, language, vocabulary, slots, run);
  if (repeats(said)) said = await say(heard, language, vocabulary, slots, run, REPEAT_LENGTH);
  if (repeats(said) || soundsEmpty(heard.noSpeech, mean(said.logProbabilities))) return [];
  return saidSegments(said, window.end - window.start, vocabulary);
}

function cut({ recording, start, end }: SpeechWindow): Int16Array {
  return recording.samples.subarray(Math.round(start * SAMPLES_PER_MS), Math.round(end * SAMPLES_PER_MS));
}
