import { DecisionCause, DecisionStatus } from '@tercet/contracts';
import { describe, expect, it } from 'vitest';
import type { DecisionRow } from '../ingest/decision-row.js';
import { decisionChange, type SampleDecision } from '../testing/sample-records.js';
import { type OpenCase, planCases } from './plan-cases.js';
import { queueList } from './queue-list.js';

const row = (given: SampleDecision): DecisionRow => {
  const change = decisionChange(given);
  if (change.kind !== 'decision') throw new Error('not a decision');
  return change.row;
};
const open = (given: Partial<OpenCase> = {}): OpenCase => ({
  id: 'case-1',
  kind: 'review',
  version: 1n,
  revision: 1,
  action: 'review',
  ...given,
});
const plan = (
  decision: SampleDecision,
  cases: OpenCase[] = [],
  pending: Parameters<typeof planCases>[2] = [],
) => planCases(row(decision), cases, pending, queueList());

describe('a case', () => {
  it('is opened for an action of review, in the queue of what was flagged', () => {
    expect(plan({ action: 'review', flagged: { 'self-harm/intent': 5 } })).toEqual([
      { do: 'open', queue: 'self-harm', excluded: [] },
    ]);
    expect(plan({ action: 'review', flagged: { hate: 5 } })).toMatchObject([{ queue: 'general' }]);
    expect(plan({ action: 'review', flagged: { 'self-harm': 5, 'sexual/minors': 7 } })).toMatchObject([
      { queue: 'child-safety' },
    ]);
    for (const action of ['allow', 'flag', 'block']) expect(plan({ action })).toEqual([]);
  });

  it('follows its item from revision to revision, and a second one is not opened', () => {
    expect(plan({ action: 'review', revision: 2 }, [open()])).toEqual([{ do: 'move', caseId: 'case-1' }]);
  });

  it('ends when the item is erased, replaced, or decided some other way', () => {
    const closed = (by: string) => [{ do: 'close', caseId: 'case-1', by }];
    expect(plan({ status: DecisionStatus.ERASED, revision: 2 }, [open()])).toEqual(closed('erased'));
    expect(plan({ status: DecisionStatus.SUPERSEDED, revision: 2 }, [open()])).toEqual(closed('superseded'));
    expect(plan({ version: 2n, action: 'allow' }, [open()])).toEqual(closed('superseded'));
    expect(plan({ revision: 2, action: 'allow' }, [open()])).toEqual(closed('redecided'));
    expect(plan({ revision: 2, action: 'block', reviewId: 'elsewhere' }, [open()])).toEqual(
      closed('decided_elsewhere'),
    );
  });

  it('of a newer version that needs review is a new one', () => {
    expect(plan({ version: 2n, action: 'review' }, [open()])).toEqual([
      { do: 'close', caseId: 'case-1', by: 'superseded' },
      { do: 'open', queue: 'general', excluded: [] },
    ]);
  });

  it('that reports opened outlives a decision that changes nothing', () => {
    const change = plan({ revision: 2, action: 'allow', cause: DecisionCause.LATE_PART }, [
      open({ action: 'allow' }),
    ]);
    expect(change).toEqual([{ do: 'move', caseId: 'case-1' }]);
  });

  it('of an appeal is moved, never closed, by a revision of the same version', () => {
    const appeal = open({ kind: 'appeal', action: 'block' });
    expect(plan({ revision: 2, action: 'allow', reviewId: 'other' }, [appeal])).toEqual([
      { do: 'move', caseId: 'case-1' },
    ]);
  });

  it('is kept when the revision takes a review back', () => {
    const changes = planCases(
      row({ revision: 3, action: 'allow', reviewId: 'undo' }),
      [open()],
      [],
      queueList(),
      true,
    );
    expect(changes).toEqual([{ do: 'move', caseId: 'case-1' }]);
  });

  it('whose reviewer passes it on goes to somebody else', () => {
    expect(plan({ revision: 2, action: 'review', reviewId: 'r', reviewerId: 'ann' })).toEqual([
      { do: 'open', queue: 'general', excluded: ['ann'] },
    ]);
  });
});

describe('a pending review', () => {
  const pending = { reviewId: 'mine', caseId: 'case-0', kind: 'queue', version: 1n, revision: 1 };

  it('that another revision overtook is stale, and its case comes back', () => {
    expect(plan({ revision: 2, action: 'review' }, [], [pending])).toEqual([
      { do: 'mark_stale', reviewId: 'mine' },
      { do: 'reopen', caseId: 'case-0' },
    ]);
  });

  it('brings no case back where there is nothing left to judge', () => {
    for (const given of [
      { version: 2n, action: 'allow' },
      { revision: 2, action: 'allow' },
    ])
      expect(plan(given, [], [pending])).toEqual([{ do: 'mark_stale', reviewId: 'mine' }]);
  });

  it('of a later revision waits on', () => {
    expect(plan({ revision: 1, action: 'allow' }, [], [pending])).toEqual([]);
  });
});
