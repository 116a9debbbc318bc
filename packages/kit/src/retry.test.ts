import { expect, it } from 'vitest';
import { InvalidInputError, UnavailableError } from './errors.js';
import { retry } from './retry.js';

const fast = { initialMs: 1, maxMs: 2 };

it('goes on while a dependency is unavailable', async () => {
  let calls = 0;
  const work = async (): Promise<string> => {
    calls += 1;
    if (calls < 3) throw new UnavailableError('redis_unavailable');
    return 'done';
  };
  expect(await retry(work, fast)).toBe('done');
  expect(calls).toBe(3);
});

it('gives an item’s own fault back at once', async () => {
  let calls = 0;
  const work = async (): Promise<void> => {
    calls += 1;
    throw new InvalidInputError('bad_text');
  };
  await expect(retry(work, fast)).rejects.toMatchObject({ code: 'bad_text' });
  expect(calls).toBe(1);
});

it('ends with the last error after its attempts', async () => {
  const work = async (attempt: number): Promise<void> => {
    throw new UnavailableError('deadline', `attempt ${attempt}`);
  };
  await expect(retry(work, { ...fast, attempts: 2 })).rejects.toMatchObject({ detail: 'attempt 2' });
});

it('ends when its signal is aborted, with the error and not with the abort', async () => {
  const controller = new AbortController();
  const work = async (): Promise<void> => {
    controller.abort();
    throw new UnavailableError('deadline');
  };
  await expect(
    retry(work, { initialMs: 60_000, maxMs: 60_000, signal: controller.signal }),
  ).rejects.toMatchObject({
    code: 'deadline',
  });
});
