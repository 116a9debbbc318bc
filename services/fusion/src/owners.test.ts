import { UnavailableError } from '@tercet/kit';
import { describe, expect, it } from 'vitest';
import { Owners } from './owners.js';
import type { OwnerDeps } from './partition-owner.js';
import { waitFor } from './simulation/join-fixture.js';
import { systemTime } from './time.js';

/** Owners of one partition whose fences are answered, in vain, when the test says so. */
function hangingFences() {
  const answers: (() => void)[] = [];
  const timers = new Set<() => void>();
  const deps = {
    bus: {
      transactionalProducer: () =>
        new Promise((_, reject) => {
          answers.push(() => reject(new UnavailableError('fenced', 'by the test')));
        }),
    },
    consumer: {
      pause: () => undefined,
      committed: async () => undefined,
      heartbeat: async () => undefined,
    },
    time: {
      ...systemTime,
      after: (_delayMs: number, callback: () => void) => {
        timers.add(callback);
        return () => void timers.delete(callback);
      },
    },
    events: { holdEnded: () => undefined, generationOver: () => undefined },
    settings: { minBackoffMs: 1, maxBackoffMs: 1 },
  } as unknown as OwnerDeps;
  const owners = new Owners(() => deps);
  owners.attach(deps.consumer);
  const assign = (generation: number): void =>
    owners.assign({ generation, partitions: [{ topic: 'embeddings', partition: 0 }] });
  const runOut = (): void => {
    for (const timer of [...timers]) timer();
  };
  return { assign, answers, timers, runOut };
}

describe('the owner of a new assignment', () => {
  it('fences once the one before, of the same process, has its answer', async () => {
    const { assign, answers, timers } = hangingFences();
    assign(1);
    await waitFor('the first fence', () => answers.length === 1);
    assign(2);
    await waitFor('the second owner to wait', () => timers.size === 1);
    expect(answers).toHaveLength(1);
    answers[0]?.();
    await waitFor('the second fence', () => answers.length === 2);
  });

  it('does not wait long for it', async () => {
    const { assign, answers, timers, runOut } = hangingFences();
    assign(1);
    await waitFor('the first fence', () => answers.length === 1);
    assign(2);
    await waitFor('the second owner to wait', () => timers.size === 1);
    runOut();
    await waitFor('the second fence', () => answers.length === 2);
  });

  it('waits for all before it, not only for the last', async () => {
    const { assign, answers, timers } = hangingFences();
    assign(1);
    await waitFor('the first fence', () => answers.length === 1);
    assign(2);
    assign(3);
    await waitFor('the third owner to wait', () => timers.size === 1);
    expect(answers).toHaveLength(1);
    answers[0]?.();
    await waitFor('its fence', () => answers.length === 2);
  });
});
