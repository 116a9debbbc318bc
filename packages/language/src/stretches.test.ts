import fc from 'fast-check';
import { expect, it } from 'vitest';
import { partRuns } from './stretches.js';

const shape = (logOdds: number[]) =>
  partRuns(logOdds).map(({ from, to, isEnglish }) => [from, to, isEnglish ? 'en' : 'other']);

it('parts a text where its language changes', () => {
  expect(shape([4, 3, 4, 2, -4, -3, 0, -4, -2])).toEqual([
    [0, 4, 'en'],
    [4, 9, 'other'],
  ]);
  expect(shape([-4, -4, -4, 3, 4, 3, 4, -4, -4, -3])).toEqual([
    [0, 3, 'other'],
    [3, 7, 'en'],
    [7, 10, 'other'],
  ]);
});

it('takes one odd word for a name or a loan', () => {
  expect(shape([3, 3, -5, 3, 3])).toEqual([[0, 5, 'en']]);
  expect(shape([-3, -3, 4, -3, -3])).toEqual([[0, 5, 'other']]);
});

it('takes words that say nothing for English', () => {
  expect(shape([0, 0, 0])).toEqual([[0, 3, 'en']]);
  expect(shape([])).toEqual([]);
});

it('covers every word once, alternates, and finds the likeliest path', () => {
  const odds = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(odds, (logOdds) => {
      const runs = partRuns(logOdds);
      expect(runs[0]?.from).toBe(0);
      expect(runs.at(-1)?.to).toBe(logOdds.length);
      for (const [i, run] of runs.slice(1).entries()) {
        expect(run.from).toBe(runs[i]?.to);
        expect(run.isEnglish).not.toBe(runs[i]?.isEnglish);
      }
      const states = runs.flatMap(({ from, to, isEnglish }) => new Array<boolean>(to - from).fill(isEnglish));
      expect(worth(states, logOdds)).toBeCloseTo(bestWorth(logOdds), 9);
    }),
  );
});

/** Independent of the walk: the worth of a labelling, and the best of all 2^n. */
function worth(states: readonly boolean[], logOdds: readonly number[]): number {
  return states.reduce((sum, english, at) => {
    const changes = at > 0 && states[at - 1] !== english ? 2.6 : 0;
    return sum + ((english ? 1 : -1) * (logOdds[at] ?? 0)) / 2 - changes;
  }, 0);
}

function bestWorth(logOdds: readonly number[]): number {
  let best = Number.NEGATIVE_INFINITY;
  for (let bits = 0; bits < 2 ** logOdds.length; bits += 1) {
    const states = logOdds.map((_, at) => ((bits >> at) & 1) === 1);
    best = Math.max(best, worth(states, logOdds));
  }
  return best;
}
