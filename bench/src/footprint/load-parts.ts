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

/**
 * What saturates an encoder, by service: long and short texts, photographs of 1 to 12 megapixels, clips of 5 to 60 s, pages of
 * words, spoken sentences.
 */
export const LOADS: Readonly<Record<string, (count: number) => Promise<LoadPart[]>>> = {
  'text-encoder': async (count) =>
    benchTexts(count, 7).map((text, index) => ({
      mediaType: 'text/plain',
      // Every tenth is an article.
      bytes: Buffer.from(index % 10 === 0 ? benchTexts(20, index).join(' ') : text),
    })),
  'image-encoder': (count) => Promise.all(Array.from({ length: count }, (_, index) => picture(index))),
  'audio-encoder': async (count) => Array.from({ length: count }, (_, index) => clip(index)),
  ocr: (count) => Promise.all(Array.from({ length: count }, (_, index) => page(index))),
  transcriber: async (count) => Array.from({ length: count }, (_, index) => speech(index)),
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

/** A screenful of words in lines, JPEG; every fourth is a photograph without any. */
async function page(index: number): Promise<LoadPart> {
  if (index % 4 === 3) return picture(index, true);
  const words = benchTexts(20, index + 1)
    .join(' ')
    .split(' ');
  const lines = Array.from({ length: 24 }, (_, line) => words.slice(line * 8, line * 8 + 8).join(' '));
  const drawn = lines.map((line, at) => `<text x="40" y="${60 + at * 38}">${line}</text>`).join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="960" font-size="26"
    font-family="DejaVu Sans"><rect width="100%" height="100%" fill="#fff"/>${drawn}</svg>`;
  return { mediaType: 'image/jpeg', bytes: await sharp(Buffer.from(svg)).jpeg({ quality: 85 }).toBuffer() };
}

/** Some 20 s of speech by espeak-ng, WAV. */
function speech(index: number): LoadPart {
  const words = benchTexts(3, index + 1)
    .join('. ')
    .split(' ')
    .slice(0, 50)
    .join(' ');
  return { mediaType: 'audio/wav', bytes: execFileSync('espeak-ng', ['-v', 'en', '--stdout', words]) };
}
