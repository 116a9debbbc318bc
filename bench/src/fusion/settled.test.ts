import { expect, it } from 'vitest';
import { isSettled } from './settled.js';

it('has settled when two rounds brought no new low', () => {
  expect(isSettled([80, 45])).toBe(false);
  expect(isSettled([80, 45, 37])).toBe(false);
  expect(isSettled([80, 45, 37, 36])).toBe(false);
  expect(isSettled([80, 45, 37, 36, 35])).toBe(true);
  expect(isSettled([80, 37, 60, 90])).toBe(true);
});

it('has nothing to settle where nothing is measured', () => {
  expect(isSettled([])).toBe(true);
});
