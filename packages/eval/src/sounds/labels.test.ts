import { expect, it } from 'vitest';
import { csvRows, isRight } from './labels.js';

it('takes an ancestor for right, and no kin', () => {
  expect(isRight('Bark', ['Animal', 'Cat'], 1)).toBe(true);
  expect(isRight('Bark', ['Cat', 'Bark'], 1)).toBe(false);
  expect(isRight('Bark', ['Cat', 'Bark'], 2)).toBe(true);
  expect(isRight('Explosion', ['Gunshot, gunfire'], 5)).toBe(false);
});

it('reads quoted fields', () => {
  expect(csvRows('index,name\r\n1,"Horn, loud"\n2,say ""\n')).toEqual([
    { index: '1', name: 'Horn, loud' },
    { index: '2', name: 'say ""' },
  ]);
});
