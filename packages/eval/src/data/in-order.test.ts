import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inOrder } from './in-order.js';

async function* upTo(count: number): AsyncGenerator<number> {
  for (let i = 0; i < count; i += 1) yield i;
}

it('keeps the order and the limit, whichever is done first', async () => {
  let open = 0;
  let most = 0;
  const map = async (value: number): Promise<number> => {
    open += 1;
    most = Math.max(most, open);
    await delay((7 * value) % 5);
    open -= 1;
    return value;
  };
  const found: number[] = [];
  for await (const value of inOrder(upTo(40), 6, map)) found.push(value);
  expect(found).toEqual(Array.from({ length: 40 }, (_, i) => i));
  expect(most).toBe(6);
});

it('fails where its turn comes, and leaves nothing running', async () => {
  let open = 0;
  const found: number[] = [];
  const run = async (): Promise<void> => {
    const map = async (value: number): Promise<number> => {
      open += 1;
      await delay(1);
      open -= 1;
      if (value === 5) throw new Error('the fifth');
      return value;
    };
    for await (const value of inOrder(upTo(20), 4, map)) found.push(value);
  };
  await expect(run()).rejects.toThrow('the fifth');
  expect(found).toEqual([0, 1, 2, 3, 4]);
  expect(open).toBe(0);
});

it('counts what is under way by weight', async () => {
  let open = 0;
  let most = 0;
  const map = async (value: number): Promise<number> => {
    open += 1;
    most = Math.max(most, open);
    await delay(1);
    open -= 1;
    return value;
  };
  const found: number[] = [];
  for await (const value of inOrder(upTo(20), 12, map, () => 4)) found.push(value);
  expect(found).toHaveLength(20);
  expect(most).toBe(3);
});
