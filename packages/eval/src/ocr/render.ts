import sharp, { type Sharp } from 'sharp';
import { busySvg } from './backgrounds.js';
import type { Cell } from './cells.js';
import { between, pick } from './random.js';
import { randomLine } from './words.js';

/** Families of Debian packages that `--tools tests` installs. */
export const FONTS = [
  'DejaVu Sans',
  'DejaVu Serif',
  'Liberation Sans',
  'Liberation Serif',
  'Liberation Mono',
  'Open Sans',
  'Lato',
  'Roboto',
] as const;

export interface TextPicture {
  readonly bytes: Buffer;
  /** Lines from the top, parted by line breaks. */
  readonly truth: string;
}

/** Lines of a picture by the font's size: small text comes in paragraphs. */
function linesOf(size: number): number {
  return size <= 20 ? 3 : size <= 32 ? 2 : 1;
}

/** Renders random words as a cell says. Everything follows from `random`. */
export async function renderText(cell: Cell, random: () => number): Promise<TextPicture> {
  const { size, rotation, degradation } = cell;
  const lines = Array.from({ length: linesOf(size) }, () => randomLine(random, size >= 64 ? 3 : 5));
  const font = pick(random, FONTS);
  const widest = Math.max(...lines.map((line) => line.length)) * size * 0.68;
  const high = lines.length * size * 1.5;
  const angle = (rotation * Math.PI * (random() < 0.5 ? -1 : 1)) / 180;
  const width = Math.ceil(widest * Math.cos(angle) + high * Math.abs(Math.sin(angle)) + size * 2);
  const height = Math.ceil(widest * Math.abs(Math.sin(angle)) + high * Math.cos(angle) + size * 2);
  const dark = random() < 0.7;
  const grey = dark ? between(random, 0, 70) : between(random, 200, 255);
  const paper = dark ? between(random, 200, 255) : between(random, 0, 60);
  const busy = degradation === 'busy';
  const ink = busy ? '#ffffff' : `rgb(${grey},${grey},${grey})`;
  const edge = busy ? `stroke="#000" stroke-width="${Math.max(1, size / 10)}" paint-order="stroke" ` : '';
  const text = lines
    .map(
      (line, index) =>
        `<text xml:space="preserve" x="${-widest / 2}" y="${-high / 2 + size * (1.1 + 1.5 * index)}">${escapeXml(line)}</text>`,
    )
    .join('');
  const background = busy
    ? busySvg(width, height, random)
    : `<rect width="${width}" height="${height}" fill="rgb(${paper},${paper},${paper})"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${background}
    <g font-family="${font}" font-size="${size}px" fill="${ink}" ${edge}
     transform="translate(${width / 2} ${height / 2}) rotate(${(angle * 180) / Math.PI})">${text}</g></svg>`;
  const picture = sharp(Buffer.from(svg)).removeAlpha();
  return { truth: lines.join('\n'), bytes: await degrade(picture, cell, random) };
}

async function degrade(picture: Sharp, cell: Cell, random: () => number): Promise<Buffer> {
  if (cell.degradation === 'jpeg') return picture.jpeg({ quality: 40 }).toBuffer();
  if (cell.degradation !== 'noise') return picture.png().toBuffer();
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  addNoise(data, 12, random);
  return sharp(data, { raw: { width, height, channels } }).png().toBuffer();
}

/** Gaussian noise of a standard deviation, for each channel by itself (Box and Muller). */
export function addNoise(data: Uint8Array, sigma: number, random: () => number): void {
  for (let i = 0; i < data.length; i += 1) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    data[i] = Math.min(255, Math.max(0, Math.round((data[i] ?? 0) + sigma * normal)));
  }
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
