/** A word of a text: places in UTF-16 code units. */
export interface Word {
  readonly start: number;
  readonly end: number;
  /** As {@link foldWord} gives it. */
  readonly folded: string;
  /** Begins with a capital, the rest small. */
  readonly isCapital: boolean;
  /** Such a word where no sentence begins: likely a name. */
  readonly isNamed: boolean;
}

/** A stretch of a text, in UTF-16 code units. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

// What has no language: addresses, mentions, code in back quotes, mark-up, shortcodes of emoji, names of files and
// variables. No piece can be read in two ways and each is bounded, so that the time is linear whatever the text.
const NO_LANGUAGE = new RegExp(
  [
    String.raw`\b(?:https?:\/\/|www\.)\S+`,
    String.raw`[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,63}`,
    String.raw`@\w[\w.-]*`,
    '`[^`\\n]{0,200}`',
    String.raw`<[^<>\n]{1,80}>`,
    '&[a-z]{2,8};',
    ':[a-z0-9_+-]{1,32}:',
    String.raw`\b[a-z0-9]{1,64}(?:[._/\\][a-z0-9]{1,64}){2,}`,
    String.raw`\b[a-z0-9]{0,64}(?:_[a-z0-9]{1,64})+\b`,
    String.raw`\b[a-z0-9-]{1,63}\.(?:com|net|org|io|co|uk|de|gg|tv|me|ly|js|ts|py|jpg|png|gif|pdf|mp[34]|html?|exe|zip)\b`,
  ].join('|'),
  'giu',
);

// Letters with their marks; digits inside, as chat spelling of Arabic has them; an apostrophe between letters.
const WORD =
  /[\p{L}\p{M}][\p{L}\p{M}\p{Nd}]*(?:['\u2019\u02bc][\p{L}\p{M}]+)*|[2-9][\p{L}][\p{L}\p{M}\p{Nd}]*/gu;
const SENTENCE_BEFORE = /(?:^|[.!?\u2026:;\n"\u201c\u201d([{*>\u2013\u2014-])\s*$/u;
const CAPITAL = /^\p{Lu}[\p{Ll}\p{M}'\u2019]/u;

const MAX_WORD_UNITS = 24;

/** Lower case, Unicode form KC, a typewriter's apostrophe, no letter more than twice in a row, cut at 24 code units. */
export function foldWord(word: string): string {
  return word
    .slice(0, 4 * MAX_WORD_UNITS)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u2019\u02bc]/g, "'")
    .replace(/(.)\1{2,}/gu, '$1$1')
    .slice(0, MAX_WORD_UNITS);
}

/** The words of a stretch of a text, in order, without what has no language. */
export function readWords(text: string, { start, end }: Stretch): Word[] {
  const part = text.slice(start, end).replace(NO_LANGUAGE, (found) => ' '.repeat(found.length));
  const words: Word[] = [];
  for (const match of part.matchAll(WORD)) {
    const [word] = match;
    const opens = SENTENCE_BEFORE.test(part.slice(Math.max(0, match.index - 4), match.index));
    const isCapital = CAPITAL.test(word);
    words.push({
      start: start + match.index,
      end: start + match.index + word.length,
      folded: foldWord(word),
      isCapital,
      isNamed: isCapital && !opens,
    });
  }
  return words;
}
