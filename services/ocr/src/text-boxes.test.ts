import { describe, expect, it } from 'vitest';
import { findComponents } from './components.js';
import { findTextBoxes } from './text-boxes.js';

const RULES = { pixelThreshold: 0.3, boxThreshold: 0.5, unclipRatio: 1.6, minSide: 3, maxBoxes: 10 };

/** A map from a drawing: `#` is .9, `+` is .4, anything else 0. */
function mapOf(drawing: readonly string[]): { map: number[]; width: number; height: number } {
  const map = drawing.flatMap((row) => [...row].map((sign) => (sign === '#' ? 0.9 : sign === '+' ? 0.4 : 0)));
  return { map, width: drawing[0]?.length ?? 0, height: drawing.length };
}

describe('findComponents', () => {
  it('joins neighbours over corners and branches, and tells others apart', () => {
    const { map, width, height } = mapOf(['#.#..#', '#.#...', '.#...#', '......', '##..##']);
    const areas = findComponents(map, width, height, 0.3).map(({ area }) => area);
    expect(areas.sort()).toEqual([1, 1, 2, 2, 5]);
  });

  it('joins what only a later row brings together', () => {
    const { map, width, height } = mapOf(['#.#.#', '#.#.#', '#####']);
    expect(findComponents(map, width, height, 0.3)).toHaveLength(1);
  });
});

describe('findTextBoxes', () => {
  it('grows a bar by its area over its perimeter', () => {
    const blank = '.'.repeat(60);
    const bar = `${'.'.repeat(10)}${'#'.repeat(40)}${'.'.repeat(10)}`;
    const { map, width, height } = mapOf([
      ...Array(10).fill(blank),
      ...Array(8).fill(bar),
      ...Array(10).fill(blank),
    ]);
    const [found, ...more] = findTextBoxes(map, width, height, RULES);
    expect(more).toEqual([]);
    // Shrunk by 40 * 8 * 1.6 / (2 * (40 + 8)) on each side.
    const grown = (2 * 320 * 1.6) / 96;
    expect(found?.box.width).toBeCloseTo(40 + grown, 6);
    expect(found?.box.height).toBeCloseTo(8 + grown, 6);
    expect([found?.box.x, found?.box.y]).toEqual([30, 14]);
    expect(found?.score).toBeCloseTo(0.9, 6);
  });

  it('drops what is thin or faint', () => {
    const { map, width, height } = mapOf([
      '##########....',
      '##########....',
      '..............',
      '++++++++++....',
      '++++++++++....',
      '++++++++++....',
      '++++++++++....',
    ]);
    expect(findTextBoxes(map, width, height, RULES)).toEqual([]);
  });
});
