import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FOLDER = fileURLToPath(new URL('../../sounds', import.meta.url));
const VENV = fileURLToPath(new URL('../../../../.cache/eval-sounds', import.meta.url));
const INSTALL_TIMEOUT_MS = 300_000;
const RUN_TIMEOUT_MS = 120_000;
export const CLASSES = 521;
export const DIMENSION = 1024;

/** What others make of one clip, row-major by patch. */
export interface ReferenceAnswer {
  readonly patches: number;
  readonly plain: { readonly scores: Float32Array; readonly embeddings: Float32Array };
  readonly int8: { readonly scores: Float32Array; readonly embeddings: Float32Array };
}

/** Makes the virtual environment of the reference once; answers its python, or why there is none. */
export async function installReference(): Promise<{ python: string } | { problem: string }> {
  const python = join(VENV, 'bin/python');
  const done = join(VENV, 'installed');
  if (existsSync(done)) return { python };
  try {
    await run('python3', ['-m', 'venv', VENV], { timeout: INSTALL_TIMEOUT_MS });
    const install = ['-m', 'pip', 'install', '-q', '-r', join(FOLDER, 'requirements.txt')];
    await run(python, install, { timeout: INSTALL_TIMEOUT_MS });
    await mkdir(done);
    return { python };
  } catch (error) {
    const [line = ''] = String(error instanceof Error ? error.message : error).split('\n');
    return { problem: line };
  }
}

/** Runs the reference on one clip; `model` is the path of the published file. */
export async function askReference(
  python: string,
  model: string,
  samples: Int16Array,
): Promise<ReferenceAnswer> {
  const folder = await mkdtemp(join(tmpdir(), 'tercet-eval-sounds-'));
  try {
    const [pcm, out] = [join(folder, 'pcm'), join(folder, 'out')];
    await writeFile(pcm, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
    await run(python, [join(FOLDER, 'reference.py'), model, pcm, out], { timeout: RUN_TIMEOUT_MS });
    const bytes = await readFile(out);
    const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    const patches = all.length / (2 * (CLASSES + DIMENSION));
    let at = 0;
    const matrix = (width: number) => {
      at += patches * width;
      return all.subarray(at - patches * width, at);
    };
    const plain = { scores: matrix(CLASSES), embeddings: matrix(DIMENSION) };
    return { patches, plain, int8: { scores: matrix(CLASSES), embeddings: matrix(DIMENSION) } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
