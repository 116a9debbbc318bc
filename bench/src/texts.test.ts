import { describe, expect, it } from 'vitest';
import { benchTexts } from './texts.js';

describe('benchTexts', () => {
  it('is the same for a seed and differs between seeds', () => {
    expect(benchTexts(20, 1)).toEqual(benchTexts(20, 1));
    expect(benchTexts(20, 1)).not.toEqual(benchTexts(20, 2));
  });

  it('mixes short and long texts, short ones most', () => {
    const lengths = benchTexts(1000, 7).map((text) => text.split(' ').length);
    expect(Math.min(...lengths)).toBe(3);
    expect(Math.max(...lengths)).toBeGreaterThan(200);
    expect(lengths.filter((length) => length < 30).length).toBeGreaterThan(400);
    expect(lengths.filter((length) => length > 100).length).toBeGreaterThan(100);
  });
});
