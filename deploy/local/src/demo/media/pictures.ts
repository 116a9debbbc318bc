import sharp from 'sharp';

const WIDTH = 640;
const HEIGHT = 480;

/** Hills under a sky, in the colours of an hour of the day. */
export function landscape(hour: 'morning' | 'noon' | 'evening'): Promise<Uint8Array> {
  const skies = {
    morning: ['#cfe8ff', '#fff1d6'],
    noon: ['#7ec0ff', '#e6f5ff'],
    evening: ['#3b4a78', '#f2a65a'],
  };
  const [top, bottom] = skies[hour];
  return draw(`
    <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="${top}"/><stop offset="1" stop-color="${bottom}"/>
    </linearGradient>
    <rect width="${WIDTH}" height="${HEIGHT}" fill="url(#sky)"/>
    <circle cx="${hour === 'noon' ? 320 : 500}" cy="${hour === 'noon' ? 90 : 230}" r="42" fill="#ffe08a"/>
    <path d="M0 330 Q160 230 320 320 T640 300 V480 H0Z" fill="#6aa56f"/>
    <path d="M0 390 Q200 310 400 390 T640 370 V480 H0Z" fill="#3f7d4c"/>`);
}

/** Coloured bars, as in a report. `heights` in 0..1. */
export function barChart(heights: readonly number[]): Promise<Uint8Array> {
  const step = (WIDTH - 80) / heights.length;
  const bars = heights.map((height, index) => {
    const tall = Math.round(height * (HEIGHT - 120));
    const hue = Math.round((index * 360) / heights.length);
    const x = Math.round(50 + index * step);
    return `<rect x="${x}" y="${HEIGHT - 60 - tall}" width="${Math.round(step * 0.7)}" height="${tall}" fill="hsl(${hue} 55% 55%)"/>`;
  });
  return draw(`
    <rect width="${WIDTH}" height="${HEIGHT}" fill="#fafafa"/>${bars.join('')}
    <path d="M40 30 V420 H610" stroke="#444" stroke-width="4" fill="none"/>`);
}

/** A notice with lines of text. */
export function notice(lines: readonly string[]): Promise<Uint8Array> {
  const text = lines.map(
    (line, index) =>
      `<text x="60" y="${150 + index * 70}" font-family="DejaVu Sans, sans-serif" font-size="44" fill="#1d3557">${line}</text>`,
  );
  return draw(`
    <rect width="${WIDTH}" height="${HEIGHT}" fill="#f1faee"/>
    <rect x="20" y="20" width="${WIDTH - 40}" height="${HEIGHT - 40}" fill="none" stroke="#457b9d" stroke-width="8"/>
    ${text.join('')}`);
}

/** A cup on a table. */
export function cup(): Promise<Uint8Array> {
  return draw(`
    <rect width="${WIDTH}" height="${HEIGHT}" fill="#f4ead7"/>
    <rect y="350" width="${WIDTH}" height="130" fill="#a9744f"/>
    <path d="M220 190 H400 L380 350 H240Z" fill="#ffffff" stroke="#888" stroke-width="4"/>
    <path d="M398 220 q70 10 -8 90" fill="none" stroke="#888" stroke-width="14"/>
    <ellipse cx="310" cy="190" rx="90" ry="16" fill="#5b3a29"/>`);
}

async function draw(body: string): Promise<Uint8Array> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${body}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 85 }).toBuffer();
}
