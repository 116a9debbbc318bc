import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { SAMPLE_RATE, wavOf } from '@tercet/audio';
import sharp from 'sharp';

/** A smooth picture, as JPEG. */
export function jpeg(width = 320, height = 240): Promise<Uint8Array> {
  const pixels = Buffer.alloc(width * height * 3);
  for (let i = 0; i < width * height; i += 1) {
    pixels[i * 3] = (i % width) % 256;
    pixels[i * 3 + 1] = Math.floor(i / width) % 256;
    pixels[i * 3 + 2] = 128;
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg()
    .toBuffer();
}

/** A black picture of one bit a pixel: many pixels in few bytes. */
export function blackPng(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Bit depth 1, greyscale.
  header.set([1, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc((Math.ceil(width / 8) + 1) * height);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows, { level: 1 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Uint8Array): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

/** An animation of plain frames, the last of which carries rendered text. */
export async function animationWithText(words: string, frames: number): Promise<Uint8Array> {
  const [width, height] = [160, 120];
  const drawn = Array.from({ length: frames }, (_, index) => {
    const label = index === frames - 1 ? `<text x="8" y="64" font-size="16">${words}</text>` : '';
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
      <rect width="100%" height="100%" fill="hsl(${index * 9} 40% 80%)"/>${label}</svg>`;
    return sharp(Buffer.from(svg)).png().toBuffer();
  });
  return sharp(await Promise.all(drawn), { join: { animated: true } })
    .gif()
    .toBuffer();
}

/** A tone in WAV: mono, 16 bit, 16 kHz. */
export function toneWav(seconds: number, frequency = 440): Uint8Array {
  return wavOf(
    Int16Array.from({ length: Math.round(seconds * SAMPLE_RATE) }, (_, i) =>
      Math.round(9000 * Math.sin((2 * Math.PI * frequency * i) / SAMPLE_RATE)),
    ),
  );
}

/** What ffmpeg makes of its arguments, in a file of the given suffix. `input` is put before as `-i`. */
export function ffmpeg(suffix: string, args: readonly string[], input?: Uint8Array): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'tercet-media-'));
  try {
    const output = join(folder, `out.${suffix}`);
    const source = join(folder, 'in');
    if (input) writeFileSync(source, input);
    const all = ['-nostdin', '-v', 'error', ...(input ? ['-i', source] : []), ...args, output];
    execFileSync('ffmpeg', all, { stdio: ['ignore', 'ignore', 'inherit'], timeout: 60_000 });
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An m4a as a telephone writes it: the index lies at the end. */
export function m4a(seconds: number): Uint8Array {
  return ffmpeg('m4a', ['-c:a', 'aac', '-b:a', '48k'], toneWav(seconds));
}

/** Hours of silence in a small FLAC. */
export function silentFlac(hours: number): Uint8Array {
  return ffmpeg('flac', [
    '-f',
    'lavfi',
    '-i',
    'anullsrc=r=4000:cl=mono',
    '-t',
    String(hours * 3600),
    '-compression_level',
    '0',
  ]);
}
