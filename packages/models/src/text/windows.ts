import type { PieceTokenizer, TokenisedPiece } from './tokenizer.js';

/** A stretch of a text that one run of the model reads. */
export interface TextWindow {
  /** Token ids, special tokens included. */
  readonly ids: readonly number[];
  /** Place in the text, in UTF-16 code units; the end is exclusive. */
  readonly start: number;
  readonly end: number;
}

export interface WindowLimits {
  /** Longest window in tokens, special tokens included. */
  readonly maxTokens: number;
  /** At least this many tokens of a window stand in the next one too, unless a single piece is longer. */
  readonly overlapTokens: number;
  readonly maxWindows: number;
}

export interface WindowedText {
  /** Empty where the text holds nothing to read. */
  readonly windows: readonly TextWindow[];
  /** Where the first unread piece starts; absent where all was read. */
  readonly truncatedFrom?: number;
}

/** Cuts a text into overlapping windows on piece boundaries. Reads no further than the last window. */
export function cutWindows(tokenizer: PieceTokenizer, text: string, limits: WindowLimits): WindowedText {
  const capacity = limits.maxTokens - 2;
  const windows: TextWindow[] = [];
  let held: TokenisedPiece[] = [];
  let tokens = 0;
  const close = (): void => {
    const ids = [tokenizer.startId, ...held.flatMap((unit) => unit.ids), tokenizer.endId];
    windows.push({ ids, start: (held[0] as TokenisedPiece).start, end: (held.at(-1) as TokenisedPiece).end });
  };
  for (const piece of tokenizer.pieces(text)) {
    // A piece of 100 characters may take 100 tokens; a window smaller than that reads its start.
    const ids = piece.ids.slice(0, capacity);
    if (ids.length === 0) continue;
    if (tokens + ids.length > capacity) {
      close();
      if (windows.length >= limits.maxWindows) return { windows, truncatedFrom: piece.start };
      held = tail(held, Math.min(limits.overlapTokens, capacity - ids.length));
      tokens = held.reduce((sum, unit) => sum + unit.ids.length, 0);
    }
    held.push({ ids, start: piece.start, end: piece.end });
    tokens += ids.length;
  }
  if (held.length > 0) close();
  return { windows };
}

/** The longest run of last units within `maxTokens`. */
function tail(units: readonly TokenisedPiece[], maxTokens: number): TokenisedPiece[] {
  let from = units.length;
  let tokens = 0;
  while (from > 0 && tokens + (units[from - 1] as TokenisedPiece).ids.length <= maxTokens) {
    from -= 1;
    tokens += (units[from] as TokenisedPiece).ids.length;
  }
  return units.slice(from);
}
