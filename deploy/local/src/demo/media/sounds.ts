import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SAMPLE_RATE, wavOf } from '@tercet/audio';

const run = promisify(execFile);
const TIMEOUT_MS = 20_000;
const NOTE_SECONDS = 0.3;

/** A short tune of pure tones with soft edges. `notes` in Hz. */
export function tune(notes: readonly number[]): Uint8Array {
  const noteLength = Math.round(NOTE_SECONDS * SAMPLE_RATE);
  const samples = new Int16Array(notes.length * noteLength);
  for (const [index, frequency] of notes.entries()) {
    for (let i = 0; i < noteLength; i += 1) {
      const edge = Math.sin((Math.PI * i) / noteLength);
      const wave = edge * Math.sin((2 * Math.PI * frequency * i) / SAMPLE_RATE);
      samples[index * noteLength + i] = Math.round(13_000 * wave);
    }
  }
  return wavOf(samples);
}

/** A sentence as synthetic speech by espeak-ng, in WAV; undefined where espeak-ng is not installed. */
export async function speak(sentence: string): Promise<Uint8Array | undefined> {
  return inFolder(async (folder) => {
    const file = join(folder, 'speech.wav');
    try {
      await run('espeak-ng', ['-v', 'en', '-s', '150', '-w', file, sentence], { timeout: TIMEOUT_MS });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    return readFile(file);
  });
}

/** An m4a (AAC) of a WAV, as a telephone would record it: its index lies at the end. */
export async function toM4a(wav: Uint8Array): Promise<Uint8Array> {
  return inFolder(async (folder) => {
    const [from, to] = [join(folder, 'in.wav'), join(folder, 'out.m4a')];
    await writeFile(from, wav);
    const args = ['-nostdin', '-v', 'error', '-i', from, '-c:a', 'aac', '-b:a', '48k', to];
    await run('ffmpeg', args, { timeout: TIMEOUT_MS });
    return readFile(to);
  });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tercet-demo-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
