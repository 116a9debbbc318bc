/** Buckets of the table of weights: a power of two. */
export const BUCKETS = 2 ** 19;

const MIN_GRAM = 2;
const MAX_GRAM = 5;
const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * Buckets of a folded word's features: the word itself first, then its runs of 2 to 5 characters, its bounds marked by `<`
 * and `>`. Hash: FNV-1a, 32 bits, over UTF-16 code units (Fowler, Noll, Vo), folded into the table.
 */
export function wordFeatures(folded: string): Int32Array {
  const marked = `<${folded}>`;
  const n = marked.length;
  const features = new Int32Array(1 + MAX_GRAM * n);
  features[0] = bucketOf(hashFrom(hashUnit(OFFSET_BASIS, 0x3d), marked, 0, n));
  let count = 1;
  for (let start = 0; start < n; start += 1) {
    let hash = OFFSET_BASIS;
    for (let length = 1; length <= MAX_GRAM && start + length <= n; length += 1) {
      hash = hashUnit(hash, marked.charCodeAt(start + length - 1));
      if (length < MIN_GRAM) continue;
      features[count] = bucketOf(hash);
      count += 1;
    }
  }
  return features.subarray(0, count);
}

function hashFrom(seed: number, text: string, start: number, end: number): number {
  let hash = seed;
  for (let at = start; at < end; at += 1) hash = hashUnit(hash, text.charCodeAt(at));
  return hash;
}

function hashUnit(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, PRIME);
}

function bucketOf(hash: number): number {
  return ((hash >>> 13) ^ hash) & (BUCKETS - 1);
}
