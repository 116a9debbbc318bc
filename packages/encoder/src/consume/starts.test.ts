import { expect, it } from 'vitest';
import { approachOf, readStarts, writeStarts } from './starts.js';

it.each([0, 1, 7, 8, 40])('reads a count of %i back', (count) => {
  expect(readStarts(writeStarts(count))).toBe(count);
});

it.each([undefined, '', 'starts=', 'starts=many', 'starts=-1', 'starts=1.5', '12'])(
  'takes %j for none',
  (metadata) => {
    expect(readStarts(metadata)).toBe(0);
  },
);

it('grows careful by the second start, and gives the head up by the sixth', () => {
  expect([1, 2, 5, 6, 7].map(approachOf)).toEqual([
    'as usual',
    'one by one',
    'one by one',
    'give up the first',
    'give up the first',
  ]);
});
