import type { PieceTokenizer, TokenisedPiece } from '../tokenizer.js';
import { Charsmap } from './charsmap.js';
import { readSentencePieceModel } from './model-file.js';
import { PieceTable } from './piece-table.js';

const UNKNOWN = 0;
const START = 1;
const END = 2;
/** What an unknown character costs beside the rarest piece, as SentencePiece has it. */
const UNKNOWN_PENALTY = 10;
/** A longer run of characters without white space is cut, so that one has a bounded cost. */
const MAX_RUN_UNITS = 1_000;
/** A run of more tokens, as languages without spaces have them, may be parted between any two of them. */
const MAX_WORD_TOKENS = 8;
const MAX_REMEMBERED_UNITS = 40;
const MAX_REMEMBERED_RUNS = 50_000;

/** Tokens of a run, and where each begins, in UTF-16 code units of the run. */
interface Tokens {
  readonly ids: readonly number[];
  readonly starts: readonly number[];
}

/**
 * SentencePiece's unigram tokenizer (Kudo 2018): of all ways to cut a text into known pieces, the likeliest. No piece goes
 * over white space, so that a run of other characters is tokenised alone with the result of the whole text.
 */
export function loadUnigramTokenizer(model: Uint8Array): PieceTokenizer {
  const { pieces, charsmap } = readSentencePieceModel(model);
  const normaliser = new Charsmap(charsmap);
  const table = new PieceTable(pieces);
  const unknownScore = pieces.reduce((least, { score }) => Math.min(least, score), 0) - UNKNOWN_PENALTY;
  const remembered = new Map<string, Tokens>();

  const tokenise = (run: string, opens: boolean): Tokens => {
    const known = opens ? remembered.get(run) : undefined;
    if (known !== undefined) return known;
    const { text, origins } = normaliser.normalise(run, opens);
    const cuts = likeliest(text, table, unknownScore);
    const tokens = {
      ids: cuts.map(({ id }) => id),
      starts: cuts.map(({ start }) => origins[start] as number),
    };
    if (opens && run.length <= MAX_REMEMBERED_UNITS) {
      if (remembered.size >= MAX_REMEMBERED_RUNS) remembered.clear();
      remembered.set(run, tokens);
    }
    return tokens;
  };

  return {
    startId: START,
    endId: END,
    padId: UNKNOWN,
    *pieces(text) {
      for (const match of text.matchAll(/\S+/gu)) {
        const word = match[0];
        for (let from = 0; from < word.length; ) {
          const to = cutBefore(word, from + MAX_RUN_UNITS);
          yield* parted(tokenise(word.slice(from, to), from === 0), match.index + from, match.index + to);
          from = to;
        }
      }
    },
  };
}

function* parted({ ids, starts }: Tokens, start: number, end: number): Generator<TokenisedPiece> {
  if (ids.length <= MAX_WORD_TOKENS) {
    if (ids.length > 0) yield { ids, start, end };
    return;
  }
  for (const [index, id] of ids.entries()) {
    const first = index === 0 ? start : start + (starts[index] as number);
    yield { ids: [id], start: first, end: start + (starts[index + 1] ?? end - start) };
  }
}

/** The cut of highest score (Viterbi): at equal scores the one whose last piece begins first. */
function likeliest(
  text: string,
  table: PieceTable,
  unknownScore: number,
): { readonly id: number; readonly start: number }[] {
  const best = new Float64Array(text.length + 1).fill(Number.NEGATIVE_INFINITY);
  const startOf = new Int32Array(text.length + 1);
  const idOf = new Int32Array(text.length + 1);
  best[0] = 0;
  for (let at = 0; at < text.length; at += 1) {
    const base = best[at] as number;
    if (base === Number.NEGATIVE_INFINITY) continue;
    const take = (length: number, id: number, score: number): void => {
      if (base + score <= (best[at + length] as number)) return;
      best[at + length] = base + score;
      startOf[at + length] = at;
      idOf[at + length] = id;
    };
    const character = (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    let isKnown = false;
    table.at(text, at, (length, id, score) => {
      isKnown ||= length === character;
      take(length, id, score);
    });
    if (!isKnown) take(character, UNKNOWN, unknownScore);
  }
  const cuts: { id: number; start: number }[] = [];
  for (let at = text.length; at > 0; at = startOf[at] as number)
    cuts.push({ id: idOf[at] as number, start: startOf[at] as number });
  return cuts.reverse();
}

/** The last place up to `at` that parts no surrogate pair. */
function cutBefore(word: string, at: number): number {
  if (at >= word.length) return word.length;
  const unit = word.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
