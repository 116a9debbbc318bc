import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DecodeBudget } from './decode-budget.js';

it('never holds more than its capacity, and does everything once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 15 }), fc.boolean()), { minLength: 1, maxLength: 12 }),
      async (scheduler, jobs) => {
        const budget = new DecodeBudget(10);
        const running = new Set<number>();
        let done = 0;
        const all = jobs.map(([amount, fails], index) =>
          budget
            .run(amount, async () => {
              running.add(index);
              const held = [...running].reduce((sum, job) => sum + Math.min(jobs[job]?.[0] ?? 0, 10), 0);
              expect(held).toBeLessThanOrEqual(10);
              await scheduler.schedule(Promise.resolve());
              running.delete(index);
              done += 1;
              if (fails) throw new RangeError('as told');
            })
            .catch((error: unknown) => expect(error).toBeInstanceOf(RangeError)),
        );
        await scheduler.waitFor(Promise.all(all));
        expect(done).toBe(jobs.length);
      },
    ),
  );
});

it('lets work in as it came', async () => {
  const budget = new DecodeBudget(10);
  const order: number[] = [];
  await Promise.all(
    [10, 9, 1, 5].map((amount, index) =>
      budget.run(amount, async () => {
        order.push(index);
        await Promise.resolve();
      }),
    ),
  );
  expect(order).toEqual([0, 1, 2, 3]);
});
