import { BugError } from '@tercet/kit';
import { loadUnigramTokenizer } from './sentencepiece/unigram.js';
import { loadWordPieceTokenizer } from './word-piece.js';

/** A stretch of a text that is not parted, and its tokens. */
export interface TokenisedPiece {
  /** Empty where nothing of it remains after normalisation. */
  readonly ids: readonly number[];
  /** Place in the text, in UTF-16 code units; the end is exclusive. */
  readonly start: number;
  readonly end: number;
}

/** Turns text into token ids, without special tokens. */
export interface PieceTokenizer {
  readonly startId: number;
  readonly endId: number;
  readonly padId: number;
  /** The pieces of a text, in its order, read lazily. */
  pieces(text: string): Iterable<TokenisedPiece>;
}

/** Loads a text model's tokenizer from its verified side files. @throws BugError where they hold none. */
export function loadTokenizer(files: Readonly<Record<string, Uint8Array>>): PieceTokenizer {
  const { 'tokenizer.json': wordPiece, 'sentencepiece.model': sentencePiece } = files;
  if (wordPiece !== undefined) return loadWordPieceTokenizer(wordPiece);
  if (sentencePiece !== undefined) return loadUnigramTokenizer(sentencePiece);
  throw new BugError('the text model has no tokenizer');
}
