import { evenlySpaced, type Stretch } from '@tercet/encoder/authoring';
import { cutWindows, type PieceTokenizer, type TextWindow } from '@tercet/models';
import { splitSentences } from './sentences.js';

export interface FocusRule {
  /** Longest piece of a sentence, special tokens included. */
  readonly focusTokens: number;
  /** Longest row of joined sentences, special tokens included. */
  readonly windowTokens: number;
  readonly maxFocusWindows: number;
}

/** Sentences shorter than this are joined with the next: a word alone says little, and words set apart say more together. */
const MIN_TOKENS = 8;
const SPECIAL_TOKENS = 2;

/**
 * Cuts stretches of a text into its sentences, joined where they are short and cut with an overlap where they are long.
 * A mean over a long window forgets one sentence among ten; a window of that sentence alone does not. Where there are
 * more than the limit, more sentences are joined, so that everything stays covered.
 */
export function cutFocus(
  tokenizer: PieceTokenizer,
  text: string,
  stretches: readonly Stretch[],
  rule: FocusRule,
): TextWindow[] {
  const limits = {
    maxTokens: rule.focusTokens,
    overlapTokens: Math.floor(rule.focusTokens / 3),
    maxWindows: Number.POSITIVE_INFINITY,
  };
  const pieces = stretches.map((stretch) =>
    splitSentences(text, stretch).flatMap(({ start, end }) =>
      cutWindows(tokenizer, text.slice(start, end), limits).windows.map((window) => ({
        ids: window.ids,
        start: window.start + start,
        end: window.end + start,
      })),
    ),
  );
  let least = MIN_TOKENS;
  let windows: TextWindow[];
  do {
    windows = pieces.flatMap((run) => join(run, least, rule.windowTokens));
    least *= 2;
  } while (windows.length > rule.maxFocusWindows && least < rule.windowTokens);
  return evenlySpaced(windows.length, rule.maxFocusWindows).flatMap((index) => windows[index] ?? []);
}

/** Joins neighbours until each has at least `least` tokens of text, none more than `maxTokens`; the last may have fewer. */
function join(pieces: readonly TextWindow[], least: number, maxTokens: number): TextWindow[] {
  const joined: TextWindow[] = [];
  for (const piece of pieces) {
    const open = joined.at(-1);
    const isShort = open !== undefined && open.ids.length - SPECIAL_TOKENS < least;
    // Pieces of one long sentence overlap: they stay as they are.
    const fits =
      isShort && open.end <= piece.start && open.ids.length + piece.ids.length - SPECIAL_TOKENS <= maxTokens;
    if (fits)
      joined[joined.length - 1] = {
        ids: [...open.ids.slice(0, -1), ...piece.ids.slice(1)],
        start: open.start,
        end: piece.end,
      };
    else joined.push(piece);
  }
  return joined;
}
