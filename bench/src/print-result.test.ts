import { expect, it } from 'vitest';
import { digits, table } from './print-result.js';

it('aligns names to the left and figures to the right', () => {
  expect(
    table([
      ['figure', 'median'],
      ['a', '1'],
      ['a long name', '12345678'],
    ]),
  ).toEqual(['figure         median', 'a                   1', 'a long name  12345678']);
});

it.each([
  [1234.5, '1235'],
  [99.99, '100'],
  [0.1234, '0.123'],
  [-250.4, '-250'],
])('digits of %d', (value, text) => {
  expect(digits(value)).toBe(text);
});
