import type { EnglishLogOdds } from './english-model.js';
import type { Predict } from './fasttext/predict.js';
import { LATIN, languageOfScript, scriptOf, UNKNOWN_SCRIPT } from './scripts.js';
import { partRuns } from './stretches.js';
import { readWords, type Stretch, type Word } from './words.js';

/** What a text's words say of its language. */
export interface Identified {
  /** BCP 47 tag of most of the text; `mis` where it is of a language that is none known here; `und` where it does not tell. */
  readonly language: string;
  /** Probability that the text is, or is not, English, whichever was answered; 0 where it does not tell. */
  readonly confidence: number;
  /** ISO 15924 code of most words' script; `Zyyy` where there are no words. */
  readonly script: string;
  /**
   * Stretches in other languages inside an English text, in UTF-16 code units; none where the whole text is of one. Of more
   * than sixteen the last one reaches from the sixteenth's beginning to the end of all.
   */
  readonly foreign: readonly Stretch[];
}

/** Reads the language of stretches of a text, which count as one text. Default: all of it. */
export type Identify = (text: string, within?: readonly Stretch[]) => Identified;

/** A language that none of the known ones is: ISO 639's code for it. */
export const UNKNOWN_LANGUAGE = 'mis';
export const UNDETERMINED = 'und';
const ENGLISH = 'en';

/** A word says no more than this: one word alone is no proof. */
const MOST_OF_A_WORD = 5;
/** A word in another script is no English word. */
const OTHER_SCRIPT = -6;
/** Names belong to no language. */
const OF_A_NAME = 0.3;
const MOST_OF_A_NAME = 4;
/** A stretch inside an English text is another language from so many words and so much evidence on. */
const LEAST_WORDS = 2;
const LEAST_EVIDENCE = 7;
/** A text of a few words is another language only where they say so plainly. */
const LEAST_OF_A_TEXT = 2.2;
/** Below this share of its words an English text with other stretches is a text of another language. */
const LEAST_ENGLISH = 0.35;
/** What the second detector may add to the words' log-odds. */
const SECOND_OPINION = 3;
const SECOND_FROM_WORDS = 3;
/** From this probability on its name for a language is believed. */
const NAMED_FROM = 0.35;
const MOST_STRETCHES = 16;
/** Letters of scripts without spaces that count as a word. */
const LETTERS_A_WORD = 2;

/** A word of the text, and what it says. */
interface Weighed extends Word {
  readonly script: string;
  /** 1; of a script without spaces, about how many words it is. */
  readonly count: number;
  /** Of being English. */
  readonly logOdds: number;
}

/** Makes the detector of its two models. It is pure: the same text gives the same answer. */
export function createIdentify(english: EnglishLogOdds, predict: Predict): Identify {
  return (text, within = [{ start: 0, end: text.length }]) => {
    const words = within.flatMap((stretch) => readWords(text, stretch)).map((word) => weigh(word, english));
    if (words.length === 0)
      return { language: UNDETERMINED, confidence: 0, script: UNKNOWN_SCRIPT, foreign: [] };
    const script = mostOf(words.map((word) => word.script));
    const logOdds = sum(words.map((word) => word.logOdds));
    const answer = (language: string, odds: number, foreign: readonly Stretch[] = []): Identified => ({
      language,
      confidence: certainty(odds),
      script,
      foreign,
    });

    const others = partRuns(words.map((word) => word.logOdds))
      .filter(({ isEnglish }) => !isEnglish)
      .map(({ from, to }) => words.slice(from, to))
      .filter(isOther);
    const otherOdds = sum(others.flat().map((word) => word.logOdds));
    if (others.flat().length > (1 - LEAST_ENGLISH) * words.length)
      return answer(nameLanguage(predict(spoken(others.flat())), script), otherOdds);
    if (others.length > 0)
      return answer(ENGLISH, logOdds - otherOdds, atMost(others.map(stretchOf), MOST_STRETCHES));

    const isPlain = Math.abs(logOdds) >= LEAST_OF_A_TEXT + SECOND_OPINION;
    const total = isPlain ? logOdds : logOdds + secondOpinion(predict, words);
    if (total <= -LEAST_OF_A_TEXT) return answer(nameLanguage(predict(spoken(words)), script), total);
    return total < LEAST_OF_A_TEXT
      ? { language: UNDETERMINED, confidence: 0, script, foreign: [] }
      : answer(ENGLISH, total);
  };
}

function weigh(word: Word, english: EnglishLogOdds): Weighed {
  const script = scriptOf(word.folded);
  const count = isUnspaced(script) ? Math.max(1, word.folded.length / LETTERS_A_WORD) : 1;
  return { ...word, script, count, logOdds: wordLogOdds(word, script, english) * count };
}

function wordLogOdds(word: Word, script: string, english: EnglishLogOdds): number {
  if (script !== LATIN) return script === UNKNOWN_SCRIPT ? 0 : OTHER_SCRIPT;
  const logOdds = Math.max(-MOST_OF_A_WORD, Math.min(MOST_OF_A_WORD, english(word.folded)));
  return word.isNamed && logOdds < 0 ? logOdds * OF_A_NAME : logOdds;
}

/** Whether a run of words that are likelier not English is enough to say so. */
function isOther(run: readonly Weighed[]): boolean {
  const counted = sum(run.map(({ count }) => count));
  const evidence = -sum(run.map(({ logOdds }) => logOdds));
  return !isName(run) && counted >= LEAST_WORDS && evidence >= LEAST_EVIDENCE;
}

/** "Juan José Arboleda" is a name, wherever it stands; a longer run of capitals is a way of writing. */
function isName(words: readonly Word[]): boolean {
  return words.length <= MOST_OF_A_NAME && words.every(({ isCapital }) => isCapital);
}

function isUnspaced(script: string): boolean {
  return ['Hani', 'Jpan', 'Thai', 'Khmr', 'Laoo', 'Mymr'].includes(script);
}

function spoken(words: readonly Word[]): string {
  return words.map(({ folded }) => folded).join(' ');
}

function stretchOf(run: readonly Word[]): Stretch {
  return { start: run[0]?.start ?? 0, end: run.at(-1)?.end ?? 0 };
}

function atMost(stretches: readonly Stretch[], most: number): Stretch[] {
  const kept = stretches.slice(0, most);
  const last = kept.at(-1);
  const end = stretches.at(-1)?.end;
  return last === undefined || end === undefined ? [] : [...kept.slice(0, -1), { start: last.start, end }];
}

/** What the second detector says for or against English, in log-odds, kept within bounds. */
function secondOpinion(predict: Predict, words: readonly Word[]): number {
  if (words.length < SECOND_FROM_WORDS) return 0;
  const predictions = predict(spoken(words));
  const english = predictions.find(({ label }) => label === ENGLISH)?.probability ?? 0;
  const other = predictions.find(({ label }) => label !== ENGLISH)?.probability ?? 0;
  const logOdds = Math.log((english + 0.05) / (other + 0.05));
  return Math.max(-SECOND_OPINION, Math.min(SECOND_OPINION, logOdds));
}

function nameLanguage(predictions: ReturnType<Predict>, script: string): string {
  const best = predictions.find(({ label }) => label !== ENGLISH);
  if (best !== undefined && best.probability >= NAMED_FROM) return best.label;
  return languageOfScript(script) || UNKNOWN_LANGUAGE;
}

function certainty(logOdds: number): number {
  return 1 / (1 + Math.exp(-Math.abs(logOdds)));
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function mostOf(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? UNKNOWN_SCRIPT;
}
