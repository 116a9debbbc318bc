import { Decision } from '@tercet/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { satisfies, Waiters } from './waiters.js';

const decision = (version: bigint, revision: number) => Decision.fromPartial({ version, revision });
const any = { version: 0n, revision: 0 };

describe('satisfies', () => {
  it.each([
    [1n, 1, 0n, 0, true],
    [1n, 1, 1n, 0, true],
    [1n, 1, 1n, 1, true],
    [1n, 1, 1n, 2, false],
    [1n, 9, 2n, 0, false],
    [3n, 1, 2n, 5, true],
    [1n, 1, 0n, 2, false],
  ])(
    'version %s revision %s for wanted %s/%s: %s',
    (version, revision, wantVersion, wantRevision, expected) => {
      expect(satisfies({ version, revision }, { version: wantVersion, revision: wantRevision })).toBe(
        expected,
      );
    },
  );
});

describe('Waiters', () => {
  it('settles exactly who waited for it, and forgets them', async () => {
    const waiters = new Waiters(10);
    const first = waiters.add('acme/1', { version: 1n, revision: 0 });
    const second = waiters.add('acme/1', { version: 2n, revision: 0 });
    const other = waiters.add('acme/2', any);
    waiters.settle('acme/1', decision(1n, 1));
    expect((await first.decision).version).toBe(1n);
    expect(waiters.count).toBe(2);
    waiters.settle('acme/1', decision(2n, 1));
    expect((await second.decision).version).toBe(2n);
    expect(waiters.has('acme/1')).toBe(false);
    other.stop();
    expect(waiters.count).toBe(0);
  });

  it('is bounded', () => {
    const waiters = new Waiters(1);
    const wait = waiters.add('a', any);
    expect(() => waiters.add('b', any)).toThrow(/^overloaded/);
    wait.stop();
    wait.stop();
    expect(() => waiters.add('b', any)).not.toThrow();
  });

  it('rejects all when closed, and every later one', async () => {
    const waiters = new Waiters(10);
    const wait = waiters.add('a', any);
    waiters.close();
    await expect(wait.decision).rejects.toMatchObject({ code: 'draining' });
    expect(() => waiters.add('a', any)).toThrow(/^draining/);
    expect(waiters.count).toBe(0);
  });

  it('counts whatever comes and goes', () => {
    const step = fc.oneof(
      fc.record({ add: fc.constantFrom('a', 'b') }),
      fc.record({ settle: fc.constantFrom('a', 'b') }),
      fc.record({ stop: fc.nat(20) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const waiters = new Waiters(1000);
        const open: { key: string; stop: () => void; done: boolean }[] = [];
        for (const one of steps) {
          if ('add' in one) open.push({ key: one.add, done: false, stop: waiters.add(one.add, any).stop });
          if ('settle' in one) {
            waiters.settle(one.settle, decision(1n, 1));
            for (const wait of open) if (wait.key === one.settle) wait.done = true;
          }
          const wait = 'stop' in one ? open[one.stop] : undefined;
          if (wait) {
            wait.stop();
            wait.done = true;
          }
        }
        expect(waiters.count).toBe(open.filter((wait) => !wait.done).length);
      }),
    );
  });
});
