/** A picture in memory: RGB, 8 bit, row major. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Where in the stored picture a pixel of the upright one lies, by EXIF orientation (CIPA DC-008, tag 0x0112). */
const SOURCE: Readonly<
  Record<number, (x: number, y: number, right: number, bottom: number) => [number, number]>
> = {
  2: (x, y, right) => [right - x, y],
  3: (x, y, right, bottom) => [right - x, bottom - y],
  4: (x, y, _right, bottom) => [x, bottom - y],
  5: (x, y) => [y, x],
  6: (x, y, _right, bottom) => [y, bottom - x],
  7: (x, y, right, bottom) => [right - y, bottom - x],
  8: (x, y, right) => [right - y, x],
};

/** Turns a stored picture upright. Orientations outside 2..8 leave it as it is. */
export function turnUpright(stored: Raster, orientation: number): Raster {
  const source = SOURCE[orientation];
  if (source === undefined) return stored;
  const turned = orientation >= 5;
  const width = turned ? stored.height : stored.width;
  const height = turned ? stored.width : stored.height;
  const rgb = new Uint8Array(stored.rgb.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [fromX, fromY] = source(x, y, stored.width - 1, stored.height - 1);
      const from = (fromY * stored.width + fromX) * 3;
      const to = (y * width + x) * 3;
      rgb[to] = stored.rgb[from] ?? 0;
      rgb[to + 1] = stored.rgb[from + 1] ?? 0;
      rgb[to + 2] = stored.rgb[from + 2] ?? 0;
    }
  }
  return { width, height, rgb };
}
