import { describe, expect, it } from 'vitest';
import type { Modality, Outcome, TellOutcome } from '../modality.js';
import type { Answer, BatchSize } from './messages.js';
import { Scheduler } from './scheduler.js';

type Embed = (batch: readonly string[], tell: TellOutcome) => Promise<Outcome[]>;

const done: Outcome = { kind: 'empty', code: 'no_text' };

/** A scheduler over a modality whose parts are their text; `answers` holds each message. */
function schedule(embed: Embed) {
  const answers: (readonly Answer[])[] = [];
  const sizes: BatchSize[] = [];
  const modality: Modality<string> = {
    name: 'text',
    prepare: async ({ bytes }) => Buffer.from(bytes).toString(),
    cost: (text) => text.length,
    embed: (batch, _run, tell) => embed(batch, tell ?? (() => undefined)),
  };
  const sessions = { run: async () => ({ outputs: {}, runMs: 0 }) };
  const options = {
    batch: { maxCost: 100, maxParts: 8 },
    maxPreparing: 8,
    prepareTimeoutMs: 60_000,
    runTimeoutMs: 60_000,
  };
  const scheduler = new Scheduler(modality, sessions, options, {
    onAnswers: (some) => answers.push(some),
    onBatch: (size) => sizes.push(size),
    onHung: () => expect.unreachable(),
  });
  const submit = (texts: readonly string[]) =>
    scheduler.submit(
      texts.map((text, id) => ({
        id,
        input: { bytes: Buffer.from(text), mediaType: '', language: '', derivation: undefined },
      })),
    );
  const ids = () => answers.map((some) => some.map(({ id }) => id));
  return { submit, answers, ids, sizes };
}

describe('Scheduler', () => {
  it('answers a part when it is told, whatever its batch still waits for, and each part once', async () => {
    let endRest = (): void => undefined;
    const rest = new Promise<void>((resolve) => {
      endRest = resolve;
    });
    const { submit, ids, sizes } = schedule(async (batch, tell) => {
      tell(2, done);
      tell(0, done);
      await rest;
      return batch.map(() => done);
    });
    submit(['a', 'bb', 'ccc']);
    await expect.poll(ids).toEqual([[2, 0]]);
    expect(sizes).toEqual([]);
    endRest();
    await expect.poll(ids).toEqual([[2, 0], [1]]);
    expect(sizes).toEqual([{ parts: 3, cost: 6 }]);
  });

  it('runs again, one by one, only what a failed batch had not answered', async () => {
    const batches: (readonly string[])[] = [];
    const { submit, answers, ids } = schedule(async (batch, tell) => {
      batches.push(batch);
      if (batch.length > 1) tell(1, done);
      if (batch.includes('bad')) throw new TypeError('a mistake in the modality');
      return batch.map(() => done);
    });
    submit(['a', 'told', 'bad', 'b']);
    await expect.poll(() => ids().flat().sort()).toEqual([0, 1, 2, 3]);
    expect(batches).toEqual([['a', 'told', 'bad', 'b'], ['a'], ['bad'], ['b']]);
    expect(answers.flat().map((answer) => ('failure' in answer ? answer.id : undefined))).toContain(2);
    expect(answers.flat().filter((answer) => 'failure' in answer)).toHaveLength(1);
  });

  it('takes nothing back that was told, where the batch then fails', async () => {
    const { submit, answers, ids } = schedule(async (_batch, tell) => {
      tell(0, done);
      return [];
    });
    submit(['a']);
    await expect.poll(ids).toEqual([[0]]);
    expect(answers.flat().some((answer) => 'failure' in answer)).toBe(false);
  });
});
