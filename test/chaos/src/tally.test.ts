import { expect, it } from 'vitest';
import { Tally } from './tally.js';

const opening = (id: string, offset: bigint) =>
  ({ kind: 'opening', id, partition: 0, offset, appendMs: 0, windowMs: 1 }) as const;
const first = (itemKey: string, isFirst = true) =>
  ({
    itemKey,
    version: 1n,
    revision: 1,
    status: 'decided',
    isFirst,
    isReview: false,
    partition: 0,
    offset: 0n,
    sentMs: 0,
    used: [],
    timedOut: [],
    isComplete: true,
  }) as const;

it('is settled when each opened version has its first decision, whichever is read first', () => {
  const tally = new Tally();
  tally.input(opening('a@1', 5n));
  tally.input(opening('a@1', 6n));
  expect(tally).toMatchObject({ opened: 1, decided: 0, isSettled: false });
  tally.decision(first('b'));
  tally.decision(first('a', false));
  expect(tally.isSettled).toBe(false);
  tally.decision(first('a'));
  expect(tally.isSettled).toBe(true);
  tally.input(opening('b@1', 7n));
  expect(tally).toMatchObject({ opened: 2, decided: 2, isSettled: true, repeated: 0 });
  expect(tally.decidedItems).toEqual([{ itemKey: 'a', openedAt: 5n }]);
});

it('counts a first decision that was there already', () => {
  const tally = new Tally();
  tally.input(opening('a@1', 5n));
  tally.decision(first('a'));
  tally.decision(first('a'));
  expect(tally).toMatchObject({ decided: 1, repeated: 1, isSettled: true });
});
