import { expect, it } from 'vitest';
import { cropRaster, cutBox, scaleRaster } from './resample.js';

/** Red grows to the right, green downwards. */
function ramp(width: number, height: number) {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) rgb.set([x * 4, y * 4, 0], (y * width + x) * 3);
  return { width, height, rgb };
}

const at = (raster: { width: number; rgb: Uint8Array }, x: number, y: number) => [
  ...raster.rgb.subarray((y * raster.width + x) * 3, (y * raster.width + x) * 3 + 2),
];

it('cuts an upright box as it is', () => {
  const cut = cutBox(ramp(60, 40), { x: 20, y: 15, width: 20, height: 10, angle: 0 }, 20, 10);
  expect(at(cut, 0, 0)).toEqual([40, 40]);
  expect(at(cut, 19, 9)).toEqual([116, 76]);
});

it('turns by quarters', () => {
  const box = { x: 20, y: 15, width: 20, height: 10, angle: 0 };
  expect(at(cutBox(ramp(60, 40), box, 20, 10, 2), 0, 0)).toEqual([116, 76]);
  // Read downwards: what comes first lies at the top, its upper side to the right.
  expect(at(cutBox(ramp(60, 40), box, 10, 20, 1), 0, 0)).toEqual([116, 40]);
  expect(at(cutBox(ramp(60, 40), box, 10, 20, 3), 0, 0)).toEqual([40, 76]);
});

it('follows a slant', () => {
  const cut = cutBox(ramp(60, 60), { x: 30, y: 30, width: 20, height: 10, angle: Math.PI / 4 }, 20, 10);
  const [left, right] = [at(cut, 0, 5), at(cut, 19, 5)];
  expect((right[0] ?? 0) - (left[0] ?? 0)).toBeCloseTo(4 * 19 * Math.SQRT1_2, -1);
  expect((right[1] ?? 0) - (left[1] ?? 0)).toBeCloseTo(4 * 19 * Math.SQRT1_2, -1);
});

it('takes means where it reduces, and keeps a ramp where it enlarges', () => {
  const checks = {
    width: 40,
    height: 40,
    rgb: Uint8Array.from({ length: 4800 }, (_, i) => ((Math.floor(i / 3) + Math.floor(i / 120)) % 2) * 200),
  };
  for (const value of scaleRaster(checks, 10, 10).rgb) expect(value).toBeCloseTo(100, -1);
  const large = scaleRaster(ramp(40, 40), 80, 80);
  expect(at(large, 40, 20)).toEqual([79, 39]);
});

it('crops', () => {
  const crop = cropRaster(ramp(60, 40), 5, 6, 15, 12);
  expect([crop.width, crop.height, ...at(crop, 0, 0), ...at(crop, 9, 5)]).toEqual([10, 6, 20, 24, 56, 44]);
});
