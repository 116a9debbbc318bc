const M = 0x5bd1e995;
const UTF8 = new TextEncoder();

/** MurmurHash2 (Austin Appleby), 32 bit, seed 0x9747b28c: the hash of Kafka's own default partitioner. */
export function murmur2(data: Uint8Array): number {
  let h = 0x9747b28c ^ data.length;
  const whole = data.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const word =
      (data[i] ?? 0) | ((data[i + 1] ?? 0) << 8) | ((data[i + 2] ?? 0) << 16) | ((data[i + 3] ?? 0) << 24);
    let k = Math.imul(word, M);
    k = Math.imul(k ^ (k >>> 24), M);
    h = Math.imul(h, M) ^ k;
  }
  const rest = data.length - whole;
  if (rest >= 3) h ^= (data[whole + 2] ?? 0) << 16;
  if (rest >= 2) h ^= (data[whole + 1] ?? 0) << 8;
  if (rest >= 1) h = Math.imul(h ^ (data[whole] ?? 0), M);
  h = Math.imul(h ^ (h >>> 13), M);
  return (h ^ (h >>> 15)) | 0;
}

/** Partition of an item key among `count`: murmur2 without its sign, modulo, as Kafka's producers place a key. */
export function partitionOf(key: string, count: number): number {
  return (murmur2(UTF8.encode(key)) & 0x7fffffff) % count;
}
