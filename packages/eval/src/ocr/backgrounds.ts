import { between } from './random.js';

/** A background without text on which text is hard to see: a gradient under many shapes, lines and blobs of all colours. */
export function busySvg(width: number, height: number, random: () => number): string {
  const colour = (): string =>
    `rgb(${between(random, 0, 235)},${between(random, 0, 235)},${between(random, 0, 235)})`;
  const x = (): number => Math.round(random() * width);
  const y = (): number => Math.round(random() * height);
  const shapes = Array.from({ length: 50 }, () => {
    const opacity = (0.3 + 0.7 * random()).toFixed(2);
    const kind = random();
    if (kind < 0.35)
      return `<ellipse cx="${x()}" cy="${y()}" rx="${(width * random()) / 5}" ry="${(height * random()) / 3}" fill="${colour()}" opacity="${opacity}"/>`;
    if (kind < 0.6)
      return `<polygon points="${x()},${y()} ${x()},${y()} ${x()},${y()}" fill="${colour()}" opacity="${opacity}"/>`;
    if (kind < 0.85)
      return `<rect x="${x()}" y="${y()}" width="${(width * random()) / 4}" height="${(height * random()) / 3}" fill="${colour()}" opacity="${opacity}"/>`;
    return `<line x1="${x()}" y1="${y()}" x2="${x()}" y2="${y()}" stroke="${colour()}" stroke-width="${1 + 5 * random()}" opacity="${opacity}"/>`;
  });
  return `<defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="${colour()}"/><stop offset="1" stop-color="${colour()}"/></linearGradient></defs>
    <rect width="${width}" height="${height}" fill="url(#g)"/>${shapes.join('')}`;
}
