/** One word, punctuation mark or ideograph of a text, with its place in UTF-16 code units. */
export interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Longest word that is looked up as one. WordPiece answers [UNK] for a longer one, behind which anything could hide,
 * so a longer one is cut instead.
 */
const MAX_WORD_CHARS = 100;

// BERT's own pre-tokeniser: white space parts words, and each punctuation mark and each ideograph stands alone.
const PIECE =
  /[!-/:-@[-`{-~\p{P}]|[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b820}-\u{2ceaf}\u{2f800}-\u{2fa1f}]|[^\s!-/:-@[-`{-~\p{P}\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b820}-\u{2ceaf}\u{2f800}-\u{2fa1f}]+/gu;

/**
 * Cuts a text where BERT's pre-tokeniser does, lazily. Pieces can be tokenised one by one with the same result as the
 * whole text, except that words above 100 characters are cut and that a special token's name in the text ("[SEP]")
 * stays text.
 */
export function* splitPieces(text: string): Generator<Piece> {
  for (const match of text.matchAll(PIECE)) {
    const word = match[0];
    for (let from = 0; from < word.length; ) {
      let to = Math.min(from + MAX_WORD_CHARS, word.length);
      if (to < word.length && isHighSurrogate(word.charCodeAt(to - 1))) to -= 1;
      yield { text: word.slice(from, to), start: match.index + from, end: match.index + to };
      from = to;
    }
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
