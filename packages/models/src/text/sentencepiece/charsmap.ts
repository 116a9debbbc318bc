const SPACE = 0x20;
/** SentencePiece's mark of a word's beginning. */
export const WORD_START = '\u2581';

/** A stretch without white space, normalised. */
export interface NormalisedRun {
  /** With a {@link WORD_START} before each word. */
  readonly text: string;
  /** For each UTF-16 code unit of `text`: where in the run it came from, in code units. */
  readonly origins: readonly number[];
}

/**
 * SentencePiece's normaliser: replaces the longest known run of bytes at each place, by a table (a double array after Aoe
 * 1989, as Darts lays it out) that is compiled into the model, and marks the beginnings of words.
 */
export class Charsmap {
  readonly #units: Uint32Array;
  readonly #replacements: Buffer;
  readonly #known = new Map<number, string>();

  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const length = view.getUint32(0, true);
    this.#units = Uint32Array.from({ length: length / 4 }, (_, index) => view.getUint32(4 + index * 4, true));
    this.#replacements = Buffer.from(bytes.subarray(4 + length));
  }

  /** @param opens whether the run begins a word, which a cut one does not. */
  normalise(run: string, opens: boolean): NormalisedRun {
    const bytes = Buffer.from(run);
    const origins: number[] = [];
    let text = '';
    let afterSpace = opens;
    let from = 0;
    for (let at = 0; at < bytes.length; ) {
      const { replacement, length } = this.#longest(bytes, at);
      for (const character of replacement) {
        const isSpace = character.charCodeAt(0) === SPACE;
        if (!isSpace) {
          if (afterSpace) {
            text += WORD_START;
            origins.push(from);
          }
          text += character;
          for (let unit = 0; unit < character.length; unit += 1) origins.push(from);
        }
        afterSpace = isSpace;
      }
      from += unitsOf(bytes, at, at + length);
      at += length;
    }
    return { text, origins };
  }

  #longest(bytes: Buffer, at: number): { readonly replacement: string; readonly length: number } {
    let node = offsetOf(this.#units[0] ?? 0);
    let length = 0;
    let value = 0;
    for (let next = at; next < bytes.length; next += 1) {
      const byte = bytes[next] as number;
      node ^= byte;
      const unit = this.#units[node] ?? 0;
      if ((unit & 0x800000ff) >>> 0 !== byte) break;
      node ^= offsetOf(unit);
      if ((unit & 0x100) === 0) continue;
      length = next + 1 - at;
      value = (this.#units[node] ?? 0) & 0x7fffffff;
    }
    if (length > 0 && value < this.#replacements.length)
      return { replacement: this.#replacementAt(value), length };
    const whole = lengthOf(bytes[at] as number);
    return { replacement: bytes.toString('utf8', at, at + whole), length: whole };
  }

  #replacementAt(value: number): string {
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    const end = this.#replacements.indexOf(0, value);
    const replacement = this.#replacements.toString('utf8', value, end < 0 ? this.#replacements.length : end);
    this.#known.set(value, replacement);
    return replacement;
  }
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

/** Bytes of the UTF-8 character that begins with `first`. */
function lengthOf(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

/** UTF-16 code units of a stretch of UTF-8. */
function unitsOf(bytes: Buffer, from: number, to: number): number {
  let units = 0;
  for (let at = from; at < to; ) {
    const length = lengthOf(bytes[at] as number);
    units += length === 4 ? 2 : 1;
    at += length;
  }
  return units;
}
