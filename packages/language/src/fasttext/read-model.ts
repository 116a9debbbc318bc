import { BugError } from '@tercet/kit';
import { ByteReader } from './reader.js';

const MAGIC = 793_712_314;
const VERSION = 12;
const HIERARCHICAL_SOFTMAX = 1;
const LABEL = 1;

/** A quantised fastText classifier, as a `.ftz` file holds it. */
export interface FastTextModel {
  readonly dimension: number;
  /** Lengths of the runs of characters, and how many buckets they are hashed into. */
  readonly minGram: number;
  readonly maxGram: number;
  readonly buckets: number;
  /** Row of each word. */
  readonly words: ReadonlyMap<string, number>;
  /** Row, counted from behind the words, of each bucket that pruning left. */
  readonly bucketRows: ReadonlyMap<number, number>;
  readonly labels: readonly { readonly name: string; readonly count: number }[];
  /** Rows of words and buckets, `dimension` values each. */
  readonly input: Float32Array;
  /** One row per inner node of the labels' tree. */
  readonly output: Float32Array;
}

/**
 * Reads a classifier with hierarchical softmax and a quantised input matrix, and undoes the quantisation.
 * Format: fastText 0.9, `FastText::loadModel`; product quantisation: Joulin et al., "FastText.zip", 2016.
 * @throws BugError where the bytes are something else.
 */
export function readFastText(bytes: Uint8Array): FastTextModel {
  const reader = new ByteReader(bytes);
  if (reader.int32() !== MAGIC || reader.int32() !== VERSION)
    throw wrong('not a fastText model of version 12');
  const [dimension = 0, , , , , wordNgrams, loss, , buckets = 0, minGram = 0, maxGram = 0] = Array.from(
    { length: 12 },
    () => reader.int32(),
  );
  reader.float64();
  if (loss !== HIERARCHICAL_SOFTMAX || wordNgrams !== 1) throw wrong('of a kind that is not read here');

  const size = reader.int32();
  reader.int32();
  reader.int32();
  reader.int64();
  const pruned = reader.int64();
  const words = new Map<string, number>();
  const labels: { name: string; count: number }[] = [];
  for (let i = 0; i < size; i += 1) {
    const name = reader.string();
    const count = reader.int64();
    if (reader.uint8() === LABEL) labels.push({ name: name.replace(/^__label__/, ''), count });
    else words.set(name, words.size);
  }
  const bucketRows = new Map<number, number>();
  for (let i = 0; i < pruned; i += 1) bucketRows.set(reader.int32(), reader.int32());

  if (reader.uint8() !== 1) throw wrong('not quantised');
  const input = readQuantised(reader);
  if (reader.uint8() !== 0) throw wrong('its output is quantised');
  const rows = reader.int64();
  const output = reader.float32Array(rows * reader.int64());
  if (!reader.atEnd) throw wrong('longer than it says');
  return { dimension, minGram, maxGram, buckets, words, bucketRows, labels, input, output };
}

function readQuantised(reader: ByteReader): Float32Array {
  const hasNorms = reader.uint8() === 1;
  const rows = reader.int64();
  const columns = reader.int64();
  const codes = reader.uint8Array(reader.int32());
  const values = readCodebook(reader).decode(codes, rows, columns);
  if (!hasNorms) return values;
  const norms = reader.uint8Array(rows);
  const lengths = readCodebook(reader).decode(norms, rows, 1);
  for (let i = 0; i < values.length; i += 1)
    values[i] = (values[i] ?? 0) * (lengths[Math.floor(i / columns)] ?? 0);
  return values;
}

/** Centroids of a product quantiser: 256 for each run of columns. */
function readCodebook(reader: ByteReader) {
  const dimension = reader.int32();
  const runs = reader.int32();
  const runLength = reader.int32();
  const lastLength = reader.int32();
  const centroids = reader.float32Array(dimension * 256);
  return {
    decode(codes: Uint8Array, rows: number, columns: number): Float32Array {
      const values = new Float32Array(rows * columns);
      for (let row = 0; row < rows; row += 1) {
        for (let run = 0; run < runs; run += 1) {
          const code = codes[row * runs + run] ?? 0;
          const isLast = run === runs - 1;
          const length = isLast ? lastLength : runLength;
          const from = isLast ? run * 256 * runLength + code * lastLength : (run * 256 + code) * runLength;
          for (let k = 0; k < length; k += 1)
            values[row * columns + run * runLength + k] = centroids[from + k] ?? 0;
        }
      }
      return values;
    },
  };
}

function wrong(detail: string): BugError {
  return new BugError(`language model: ${detail}`);
}
