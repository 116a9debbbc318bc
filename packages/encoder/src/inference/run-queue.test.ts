import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ahead } from '../authoring/ahead.js';
import { RunQueue } from './run-queue.js';

/** A model that does one run after another, in the order of their calls, each when it is told to go on. */
class Model {
  readonly done: string[] = [];
  readonly #waiting: { name: string; end: () => void }[] = [];

  run(name: string): Promise<string> {
    return new Promise((resolve) => {
      this.#waiting.push({ name, end: () => resolve(name) });
    });
  }

  get depth(): number {
    return this.#waiting.length;
  }

  endOne(): void {
    const first = this.#waiting.shift();
    if (first === undefined) return;
    this.done.push(first.name);
    first.end();
  }
}

/** How many turns of the event loop an answer may need until more is asked for. */
const TURNS = 3;

async function inTurn(batches: readonly { runs: number; isAhead: boolean }[]) {
  const model = new Model();
  const queue = new RunQueue();
  let deepest = 0;
  let idleTurns = 0;
  const work = Promise.all(
    batches.map(async ({ runs, isAhead }, batch) => {
      const names = Array.from({ length: runs }, (_, run) => `${batch}.${run}`);
      const run = (name: string) => queue.run(batch, () => model.run(name));
      if (!isAhead) for (const name of names) await run(name);
      else for await (const name of ahead(names, run)) expect(names).toContain(name);
    }),
  );
  const total = batches.reduce((sum, { runs }) => sum + runs, 0);
  while (model.done.length < total) {
    deepest = Math.max(deepest, model.depth);
    if (model.depth === 0) idleTurns += 1;
    model.endOne();
    for (let n = 0; n < TURNS; n += 1) await turn();
  }
  await work;
  return { done: model.done, deepest, idleTurns };
}

const runs = fc.integer({ min: 0, max: 6 });

describe('RunQueue', () => {
  it('does the runs of a batch that asks ahead in one go, whatever waits behind it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(runs, { minLength: 1, maxLength: 4 }), async (counts) => {
        const { done, deepest, idleTurns } = await inTurn(
          counts.map((count) => ({ runs: count, isAhead: true })),
        );
        expect(done).toEqual(
          counts.flatMap((count, batch) => Array.from({ length: count }, (_, n) => `${batch}.${n}`)),
        );
        expect(deepest).toBeLessThanOrEqual(2);
        expect(idleTurns).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('never leaves the model without a run while a batch has one, and does every run once', async () => {
    const batch = fc.record({ runs, isAhead: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 4 }), async (batches) => {
        const { done, deepest, idleTurns } = await inTurn(batches);
        const all = batches.flatMap(({ runs }, of) => Array.from({ length: runs }, (_, n) => `${of}.${n}`));
        expect([...done].sort()).toEqual(all.sort());
        expect(deepest).toBeLessThanOrEqual(2);
        expect(idleTurns).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('goes on after a run that fails', async () => {
    const queue = new RunQueue();
    const fails = () => Promise.reject(new RangeError('no such slot'));
    const ended = await Promise.allSettled([
      queue.run(1, fails),
      queue.run(1, fails),
      queue.run(2, fails),
      queue.run(2, async () => 'done'),
    ]);
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'fulfilled']);
  });
});
