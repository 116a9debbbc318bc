import { expect, it } from 'vitest';
import { liveAndDie } from './lives.js';

it('encoders that are killed at any moment leave no part unpublished', async () => {
  let [lives, repeated] = [0, 0];
  for (let seed = 1; seed <= 40; seed += 1) {
    const outcome = await liveAndDie(seed);
    expect(outcome.missing, `seed ${seed}`).toEqual([]);
    lives += outcome.lives;
    repeated += outcome.repeated;
  }
  // They died, and in the midst of work.
  expect(lives).toBeGreaterThan(80);
  expect(repeated).toBeGreaterThan(0);
});
