import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { benchTexts, randomStream } from '../texts.js';

/** Bytes of one part. Parts of one load differ from each other, so that nothing can be remembered. */
export interface LoadPart {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** What saturates an encoder, by modality: long and short texts, photographs of 1 to 12 megapixels, clips of 5 to 60 s. */
export const LOADS: Readonly<Record<string, (count: number) => Promise<LoadPart[]>>> = {
  text: async (count) =>
    benchTexts(count, 7).map((text, index) => ({
      mediaType: 'text/plain',
      // Every tenth is an article.
      bytes: Buffer.from(index % 10 === 0 ? benchTexts(20, index).join(' ') : text),
    })),
  image: (count) => Promise.all(Array.from({ length: count }, (_, index) => picture(index))),
  audio: async (count) => Array.from({ length: count }, (_, index) => clip(index)),
};

const SIZES = [
  [1280, 960],
  [800, 1200],
  [4000, 3000],
  [640, 640],
] as const;

/** Photographs of .4 to 12 megapixels; every fourth is a PNG unless all are to be JPEG. */
export async function picture(index: number, jpegAlone = false): Promise<LoadPart> {
  const [width, height] = SIZES[index % SIZES.length] ?? SIZES[0];
  const random = randomStream(index + 1);
  // Soft noise compresses like a photograph does.
  const small = Buffer.from(Array.from({ length: 64 * 48 * 3 }, () => Math.floor(random() * 256)));
  const drawn = sharp(small, { raw: { width: 64, height: 48, channels: 3 } }).resize(width, height, {
    fit: 'fill',
  });
  return index % 4 === 3 && !jpegAlone
    ? { mediaType: 'image/png', bytes: await drawn.png().toBuffer() }
    : { mediaType: 'image/jpeg', bytes: await drawn.jpeg({ quality: 85 }).toBuffer() };
}

const SECONDS = [5, 20, 60] as const;

/** A tone in noise, Ogg Vorbis. */
export function clip(index: number, lengths: readonly number[] = SECONDS): LoadPart {
  const folder = mkdtempSync(join(tmpdir(), 'tercet-clip-'));
  try {
    const file = join(folder, 'clip.ogg');
    const seconds = lengths[index % lengths.length] ?? 5;
    const source = `sine=frequency=${220 + index * 7}:duration=${seconds}[a];anoisesrc=seed=${index}:amplitude=0.05:duration=${seconds}[b];[a][b]amix`;
    const args = [
      '-nostdin',
      '-v',
      'error',
      '-y',
      '-filter_complex',
      source,
      '-ac',
      '1',
      '-ar',
      '24000',
      '-c:a',
      'libvorbis',
      file,
    ];
    execFileSync('ffmpeg', args);
    return { mediaType: 'audio/ogg', bytes: readFileSync(file) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
