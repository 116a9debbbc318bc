import { spawn } from 'node:child_process';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Stretch } from '@tercet/encoder/authoring';
import { BugError } from '@tercet/kit';
import { closeOpenWav } from './wav-length.js';

/** Samples a second of all decoded audio. */
export const SAMPLE_RATE = 16_000;

/**
 * Demuxers that may run. A playlist or a concatenation script could otherwise name files of this machine.
 */
const FORMATS = 'wav,mp3,aac,flac,ogg,mov,matroska,aiff,amr';
const MAX_LOG_BYTES = 64 * 1024;

export interface Decoding {
  readonly ffmpegPath: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface Decoded {
  /** Mono, 16 bit, 16 kHz; one per clip. */
  readonly clips: readonly Int16Array[];
  readonly log: string;
  /** `failed`: ffmpeg ended with an error; `timeout`: it was killed. */
  readonly end: 'done' | 'failed' | 'timeout';
}

/** Audio bytes in a file without a name: seekable, unlike a pipe, and gone with the last process that holds it. */
export class AudioFile implements AsyncDisposable {
  private constructor(private readonly handle: FileHandle) {}

  static async create(bytes: Uint8Array): Promise<AudioFile> {
    const folder = await mkdtemp(join(tmpdir(), 'tercet-audio-'));
    try {
      const handle = await open(join(folder, 'input'), 'wx+', 0o600);
      await handle.writeFile(closeOpenWav(bytes));
      return new AudioFile(handle);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Decodes stretches of the first audio stream, in milliseconds, with one ffmpeg process. */
  async decode(stretches: readonly Stretch[], { ffmpegPath, timeoutMs, signal }: Decoding): Promise<Decoded> {
    const child = spawn(ffmpegPath, decodeArguments(stretches), {
      stdio: ['ignore', 'ignore', 'pipe', this.handle.fd, ...stretches.map(() => 'pipe' as const)],
      env: {},
    });
    let end: Decoded['end'] = 'done';
    const kill = () => {
      end = 'timeout';
      child.kill('SIGKILL');
    };
    const timer = setTimeout(kill, timeoutMs);
    signal.addEventListener('abort', kill, { once: true });
    if (signal.aborted) kill();
    try {
      const log = collect(child.stdio[2] as Readable, MAX_LOG_BYTES);
      const clips = stretches.map(({ start, end }, index) =>
        collect(child.stdio[4 + index] as Readable, ((end - start) / 1000) * SAMPLE_RATE * 2),
      );
      const code = await new Promise<number | null>((resolve, reject) => {
        child.once('error', (cause) => reject(new BugError('ffmpeg cannot be started', { cause })));
        child.once('close', resolve);
      });
      if (code !== 0 && end === 'done') end = 'failed';
      const [text, ...pcm] = await Promise.all([log, ...clips]);
      return { clips: pcm.map(toSamples), log: Buffer.from(text ?? []).toString('utf8'), end };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.handle.close();
  }
}

function decodeArguments(stretches: readonly Stretch[]): string[] {
  // The file's name goes with its folder at once; the child reads its inherited descriptor 3.
  const inputs = stretches.flatMap(({ start, end }) => [
    ...['-protocol_whitelist', 'file', '-format_whitelist', FORMATS, '-threads', '1'],
    ...(start > 0 ? ['-ss', String(start / 1000)] : []),
    ...['-t', String((end - start) / 1000), '-i', '/dev/fd/3'],
  ]);
  const outputs = stretches.flatMap(({ start, end }, index) => [
    ...['-map', `${index}:a:0`, '-map_metadata', '-1', '-ac', '1', '-ar', String(SAMPLE_RATE)],
    ...['-t', String((end - start) / 1000), '-f', 's16le', `pipe:${4 + index}`],
  ]);
  const globals = ['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'repeat+level+info', '-xerror'];
  return [...globals, ...inputs, ...outputs];
}

/** Reads a stream to its end and keeps its first `maxBytes`. */
async function collect(stream: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const kept = chunk.subarray(0, Math.max(0, maxBytes - size));
    if (kept.length > 0) chunks.push(kept);
    size += kept.length;
  }
  return Buffer.concat(chunks, size);
}

/** Little-endian bytes as samples, in memory of their own. */
function toSamples(pcm: Buffer): Int16Array {
  const samples = new Int16Array(pcm.length >> 1);
  for (let i = 0; i < samples.length; i += 1) samples[i] = pcm.readInt16LE(i * 2);
  return samples;
}
