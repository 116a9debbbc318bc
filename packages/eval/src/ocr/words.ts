import { between, pick } from './random.js';

const ONSETS = 'b c d f g h j k l m n p r s t v w br cl dr fl gr pl pr sh sk sl sp st th tr wh'.split(' ');
const VOWELS = 'a e i o u ai ea ee oo ou ie'.split(' ');
const CODAS = [
  '',
  '',
  ...'b d g k l m n p r s t x ck ld ll nd ng nk nt rd rk rm rn rt sh ss st th'.split(' '),
];
const MARKS = ['.', ',', '!', '?', ':', ';'];

/** Words that no language model can guess, with digits and punctuation: letters in either case, one space between. */
export function randomLine(random: () => number, words: number): string {
  return Array.from({ length: words }, () => randomWord(random)).join(' ');
}

function randomWord(random: () => number): string {
  const kind = random();
  if (kind < 0.12) return String(between(random, 0, 99_999));
  if (kind < 0.15) return `${between(random, 1, 99)}.${between(random, 10, 99)}`;
  if (kind < 0.18) return `$${between(random, 1, 999)}`;
  if (kind < 0.2) return `${between(random, 1, 100)}%`;
  let word = Array.from(
    { length: between(random, 1, 3) },
    () => pick(random, ONSETS) + pick(random, VOWELS) + pick(random, CODAS),
  ).join('');
  const style = random();
  if (style < 0.25) word = word.charAt(0).toUpperCase() + word.slice(1);
  else if (style < 0.35) word = word.toUpperCase();
  const end = random();
  if (end < 0.12) return word + pick(random, MARKS);
  if (end < 0.15) return `(${word})`;
  if (end < 0.18) return `"${word}"`;
  if (end < 0.21) return `${word}-${pick(random, ONSETS)}${pick(random, VOWELS)}`;
  if (end < 0.23) return `${word}'s`;
  return word;
}
