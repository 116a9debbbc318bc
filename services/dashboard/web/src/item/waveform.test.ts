import { expect, it } from 'vitest';
import { peaks, waveformPath } from './waveform.js';

it('finds the loudest sample of each stretch', () => {
  expect(peaks(Float32Array.of(0, 0.5, -1, 0.25), 2)).toEqual([0.5, 1]);
});

it('has a bar for each stretch where there are fewer samples', () => {
  const found = peaks(Float32Array.of(0.5, 0.25), 5);
  expect(found).toHaveLength(5);
  expect(Math.max(...found)).toBe(0.5);
  expect(peaks(new Float32Array(), 3)).toEqual([0, 0, 0]);
});

it('draws silence as a thin line, so that the length is seen', () => {
  expect(waveformPath([0, 1])).toBe('M0.5 0.980V1.020M1.5 0.000V2.000');
});
