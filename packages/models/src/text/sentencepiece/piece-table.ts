import type { Piece } from './model-file.js';

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Pieces in the order of their code units, so that all those which begin alike stand together. */
export class PieceTable {
  readonly #texts: readonly string[];
  readonly #ids: Int32Array;
  readonly #scores: Float32Array;
  readonly #byFirst = new Map<number, Range>();

  constructor(pieces: readonly Piece[]) {
    const sorted = pieces
      .map(({ text, score, isText }, id) => ({ text, score, isText, id }))
      .filter(({ text, isText }) => isText && text !== '')
      .sort((a, b) => (a.text < b.text ? -1 : 1));
    this.#texts = sorted.map(({ text }) => text);
    this.#ids = Int32Array.from(sorted, ({ id }) => id);
    this.#scores = Float32Array.from(sorted, ({ score }) => score);
    for (const [index, text] of this.#texts.entries()) {
      const first = text.charCodeAt(0);
      this.#byFirst.set(first, { from: this.#byFirst.get(first)?.from ?? index, to: index + 1 });
    }
  }

  /** Calls `found` for every piece that stands at a place of a text, the shortest first. */
  at(text: string, at: number, found: (length: number, id: number, score: number) => void): void {
    let { from, to } = this.#byFirst.get(text.charCodeAt(at)) ?? { from: 0, to: 0 };
    for (let depth = 1; from < to; depth += 1) {
      if ((this.#texts[from] as string).length === depth) {
        found(depth, this.#ids[from] as number, this.#scores[from] as number);
        from += 1;
      }
      if (at + depth >= text.length) return;
      const unit = text.charCodeAt(at + depth);
      from = this.#first(from, to, depth, unit);
      to = this.#first(from, to, depth, unit + 1);
    }
  }

  /** The first of a range whose code unit at `depth` is at least `unit`. */
  #first(from: number, to: number, depth: number, unit: number): number {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#texts[middle] as string).charCodeAt(depth) < unit) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
