import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256Hex } from '@tercet/policy';
import type { TextEmbedder } from './embedder.js';

const CHUNK = 512;

/**
 * Embeds texts, keeping the vectors in one file per model digest so that a second run only embeds what is new. The file
 * holds hashes of texts and vectors, no text: records of 32 bytes sha256 and the vector as binary32, little endian.
 */
export async function embedCached(
  embedder: TextEmbedder,
  texts: Iterable<string>,
  folder: string,
  onProgress: (done: number, total: number) => void,
): Promise<Map<string, Float32Array>> {
  const file = join(folder, `${embedder.ref.digest}.vectors`);
  const cached = await readCache(file, embedder.dimension);
  const wanted = [...new Set(texts)];
  const fresh = wanted.filter((text) => !cached.has(sha256Hex(text)));
  for (let at = 0; at < fresh.length; at += CHUNK) {
    const chunk = fresh.slice(at, at + CHUNK);
    const vectors = await embedder.embed(chunk);
    chunk.forEach((text, i) => {
      const vector = vectors[i];
      if (vector !== undefined) cached.set(sha256Hex(text), vector);
    });
    onProgress(at + chunk.length, fresh.length);
  }
  if (fresh.length > 0) await writeCache(file, cached, embedder.dimension);
  return new Map(
    wanted.flatMap((text) => {
      const vector = cached.get(sha256Hex(text));
      return vector === undefined ? [] : [[text, vector] as const];
    }),
  );
}

async function readCache(file: string, dimension: number): Promise<Map<string, Float32Array>> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
    throw error;
  }
  const size = 32 + dimension * 4;
  const vectors = new Map<string, Float32Array>();
  for (let at = 0; at + size <= bytes.length; at += size) {
    const vector = new Float32Array(dimension);
    for (let i = 0; i < dimension; i += 1) vector[i] = bytes.readFloatLE(at + 32 + i * 4);
    vectors.set(bytes.toString('hex', at, at + 32), vector);
  }
  return vectors;
}

async function writeCache(
  file: string,
  vectors: ReadonlyMap<string, Float32Array>,
  dimension: number,
): Promise<void> {
  const size = 32 + dimension * 4;
  const bytes = Buffer.alloc(vectors.size * size);
  let at = 0;
  for (const [hash, vector] of vectors) {
    bytes.write(hash, at, 'hex');
    vector.forEach((value, i) => {
      bytes.writeFloatLE(value, at + 32 + i * 4);
    });
    at += size;
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.partial`, bytes);
  await rename(`${file}.partial`, file);
}
