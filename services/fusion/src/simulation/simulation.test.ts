import { beforeAll, describe, expect, it } from 'vitest';
import type { PolicyShelf } from '../policy-shelf.js';
import { runShare, Total } from './campaign.js';
import { Reached } from './reached.js';
import { runScenario, SCENARIOS } from './scenarios.js';
import { runSchedule } from './schedule.js';
import { simulatedShelf } from './simulated-heads.js';

let shelf: PolicyShelf;
beforeAll(() => {
  shelf = simulatedShelf();
});

describe('the simulation', () => {
  it('keeps the promise over schedules of load and faults', async () => {
    const total = new Total();
    await runShare({ seed: 7, from: 0, to: 200, every: 1 }, (tally) => {
      total.add(tally);
      return true;
    });
    expect(total.violations).toEqual([]);
    expect(total.schedules).toBe(200);
    const { counts } = total.reached;
    for (const what of [
      'hold ended: lost',
      'broker: fenced',
      'redis: flushed',
      'decided: deadline',
      'put: late',
    ])
      expect(counts.get(what), what).toBeGreaterThan(0);
  });

  it('replays a schedule exactly from its seed', async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const first = await runSchedule(seed, shelf, new Reached(), true);
      const again = await runSchedule(seed, shelf, new Reached(), true);
      expect(again).toEqual(first);
      expect(first.trace.length).toBeGreaterThan(0);
    }
  });

  it('runs the same schedule whether it is traced or not', async () => {
    const traced = await runSchedule(5, shelf, new Reached(), true);
    const silent = await runSchedule(5, shelf, new Reached(), false);
    expect({ ...traced, trace: [] }).toEqual(silent);
  });

  it.each(SCENARIOS.map((play) => ({ name: play.name, play })))(
    'holds in the scenario $name',
    async ({ play }) => {
      for (let seed = 1; seed <= 60; seed += 1) {
        const { violation } = await runScenario(play, seed, shelf, new Reached());
        expect(violation, `seed ${seed}`).toBeUndefined();
      }
    },
  );
});
