import sharp from 'sharp';
import { busySvg } from './backgrounds.js';
import { between, pick } from './random.js';
import { addNoise } from './render.js';

/** Kinds of pictures that show no text, each drawn from random numbers. */
const KINDS: Readonly<Record<string, (width: number, height: number, random: () => number) => string>> = {
  shapes: busySvg,
  stripes: (width, height, random) => pattern(width, height, random, 'rect'),
  dots: (width, height, random) => pattern(width, height, random, 'circle'),
  bricks: (width, height, random) => {
    const [long, high] = [between(random, 20, 80), between(random, 8, 40)];
    return `<rect width="100%" height="100%" fill="${colour(random)}"/>${grid(width, height, long, high, (x, y, row) => `<rect x="${x + (row % 2) * (long / 2)}" y="${y}" width="${long - 2}" height="${high - 2}" fill="${colour(random)}"/>`)}`;
  },
  scene: (width, height, random) => {
    const horizon = height * (0.3 + 0.4 * random());
    const hills = Array.from({ length: 6 }, () => {
      const x = random() * width;
      return `<polygon points="${x - 200 * random()},${horizon} ${x},${horizon * random()} ${x + 200 * random()},${horizon}" fill="${colour(random)}"/>`;
    });
    const windows = Array.from({ length: 3 }, () => {
      const [x, y] = [random() * width, horizon * 0.6];
      const panes = grid(
        90,
        120,
        30,
        30,
        (px, py) => `<rect x="${x + px + 6}" y="${y + py + 6}" width="16" height="20" fill="#ffd"/>`,
      );
      return `<rect x="${x}" y="${y}" width="90" height="120" fill="${colour(random)}"/>${panes}`;
    });
    return `<rect width="100%" height="100%" fill="#9cf"/>${hills.join('')}<rect y="${horizon}" width="100%" height="100%" fill="${colour(random)}"/>${windows.join('')}<circle cx="${random() * width}" cy="50" r="${between(random, 15, 60)}" fill="#fe8"/>`;
  },
  face: (width, height, random) => {
    const [x, y, r] = [width / 2, height / 2, Math.min(width, height) / 3];
    return `<rect width="100%" height="100%" fill="${colour(random)}"/><circle cx="${x}" cy="${y}" r="${r}" fill="${colour(random)}"/>
      <circle cx="${x - r / 3}" cy="${y - r / 4}" r="${r / 8}"/><circle cx="${x + r / 3}" cy="${y - r / 4}" r="${r / 8}"/>
      <path d="M${x - r / 2} ${y + r / 3} Q${x} ${y + r * random()} ${x + r / 2} ${y + r / 3}" stroke="#000" stroke-width="${r / 12}" fill="none"/>`;
  },
  scribble: (width, height, random) => {
    const curves = Array.from({ length: between(random, 3, 30) }, () => {
      const points = Array.from({ length: 6 }, () => `${random() * width} ${random() * height}`);
      return `<path d="M${points.join(' ').replace(/^(\S+ \S+) /, '$1 C')}" fill="none" stroke="${colour(random)}" stroke-width="${between(random, 1, 8)}"/>`;
    });
    return `<rect width="100%" height="100%" fill="${colour(random)}"/>${curves.join('')}`;
  },
  blank: (_width, _height, random) => `<rect width="100%" height="100%" fill="${colour(random)}"/>`,
};

export const WITHOUT_TEXT = Object.keys(KINDS);

/** Renders a picture of one kind; half of them are blurred, noisy or saved as JPEG. */
export async function renderWithoutText(kind: string, random: () => number): Promise<Buffer> {
  const [width, height] = [between(random, 200, 900), between(random, 200, 700)];
  const draw = KINDS[kind] as (typeof KINDS)[string];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${draw(width, height, random)}</svg>`;
  const picture = sharp(Buffer.from(svg)).removeAlpha();
  const finish = pick(random, ['none', 'blur', 'noise', 'jpeg']);
  if (finish === 'jpeg') return picture.jpeg({ quality: 40 }).toBuffer();
  if (finish === 'blur')
    return picture
      .blur(1 + 3 * random())
      .png()
      .toBuffer();
  if (finish === 'none') return picture.png().toBuffer();
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  addNoise(data, 12, random);
  return sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } })
    .png()
    .toBuffer();
}

function pattern(width: number, height: number, random: () => number, shape: 'rect' | 'circle'): string {
  const step = between(random, 6, 60);
  const [ink, paper] = [colour(random), colour(random)];
  const marks =
    shape === 'rect'
      ? grid(
          width,
          step,
          step,
          step,
          (x) => `<rect x="${x}" width="${step / 2}" height="200%" fill="${ink}"/>`,
        )
      : grid(
          width,
          height,
          step,
          step,
          (x, y) => `<circle cx="${x}" cy="${y}" r="${step / 3}" fill="${ink}"/>`,
        );
  return `<rect width="100%" height="100%" fill="${paper}"/><g transform="rotate(${between(random, -45, 45)})">${marks}</g>`;
}

function grid(
  width: number,
  height: number,
  stepX: number,
  stepY: number,
  draw: (x: number, y: number, row: number) => string,
): string {
  const parts: string[] = [];
  for (let row = 0; row * stepY < height; row += 1)
    for (let x = 0; x < width; x += stepX) parts.push(draw(x, row * stepY, row));
  return parts.join('');
}

function colour(random: () => number): string {
  return `rgb(${between(random, 0, 255)},${between(random, 0, 255)},${between(random, 0, 255)})`;
}
