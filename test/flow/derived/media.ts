import { execFileSync } from 'node:child_process';
import sharp from 'sharp';
import { ffmpeg } from '../walk/media.js';

const WIDTH = 640;
const HEIGHT = 480;

/** A plain picture with lines of words from a height on, in fractions of the picture's; black on a light ground. */
function drawing(lines: readonly string[], from: number, ground = '#f4efe6'): Buffer {
  const words = lines.map((line, index) => {
    const y = Math.round(from * HEIGHT) + 30 + index * 44;
    return `<text x="24" y="${y}" font-family="DejaVu Sans" font-size="28" fill="#101010">${line}</text>`;
  });
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
      <rect width="100%" height="100%" fill="${ground}"/>
      <circle cx="520" cy="110" r="60" fill="#e8b64c"/>${words.join('')}</svg>`,
  );
}

/** A JPEG with words in it. */
export function pictureOf(lines: readonly string[], from: number): Promise<Uint8Array> {
  return sharp(drawing(lines, from)).jpeg({ quality: 90 }).toBuffer();
}

/** A GIF whose last frame alone has words in it. */
export async function animationOf(
  lines: readonly string[],
  from: number,
  frames: number,
): Promise<Uint8Array> {
  const drawn = Array.from({ length: frames }, (_, index) => {
    const ground = `hsl(${40 + index * 6} 40% 90%)`;
    return sharp(drawing(index === frames - 1 ? lines : [], from, ground))
      .png()
      .toBuffer();
  });
  return sharp(await Promise.all(drawn), { join: { animated: true } })
    .gif()
    .toBuffer();
}

/** Sentences as speech by espeak-ng, in 16 kHz WAV, and how long they take. */
export function speechOf(text: string, voice = 'en-us'): { readonly wav: Uint8Array; readonly ms: number } {
  const args = ['-v', voice, '-s', '150', '--stdout', text];
  const spoken = execFileSync('espeak-ng', args, { maxBuffer: 64 * 1024 * 1024, timeout: 60_000 });
  const wav = ffmpeg('wav', ['-ac', '1', '-ar', '16000', '-bitexact'], spoken);
  return { wav, ms: ((wav.length - 44) / 32_000) * 1000 };
}

/** A sound after seconds of silence, as FLAC. */
export function silenceThen(seconds: number, wav: Uint8Array): Uint8Array {
  return ffmpeg('flac', ['-af', `adelay=${seconds}s`, '-ac', '1', '-ar', '16000'], wav);
}
