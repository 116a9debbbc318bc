import { expect, it } from 'vitest';
import { ahead } from './ahead.js';

it('has begun the next work when one ends, no more, and answers in order', async () => {
  const begun: number[] = [];
  const answers = ahead([1, 2, 3, 4], async (item) => {
    begun.push(item);
    return item * 10;
  });
  const seen: [number, number[]][] = [];
  for await (const answer of answers) seen.push([answer, [...begun]]);
  expect(seen).toEqual([
    [10, [1, 2]],
    [20, [1, 2, 3]],
    [30, [1, 2, 3, 4]],
    [40, [1, 2, 3, 4]],
  ]);
});

it('ends with the first failure, and with none of those behind it', async () => {
  const answers = ahead([1, 2, 3], async (item) => {
    if (item > 1) throw new RangeError(`item ${item}`);
    return item;
  });
  expect((await answers.next()).value).toBe(1);
  await expect(answers.next()).rejects.toThrow('item 2');
  expect((await answers.next()).done).toBe(true);
});
