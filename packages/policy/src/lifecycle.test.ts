import { Decision, DecisionCause, DecisionStatus, Review } from '@tercet/contracts';
import { describe, expect, it } from 'vitest';
import { madeHeads } from '../fixtures/made-heads.js';
import { colours, madeItem, words } from '../fixtures/made-items.js';
import { decide } from './decide.js';
import { erased, reviewed, superseded } from './lifecycle.js';

describe('superseded and erased', () => {
  it('hold no scores and no action', () => {
    const older = superseded('tenant/item/with/slashes', 3n, 1, 9n);
    expect(older).toMatchObject({
      tenant: 'tenant',
      itemId: 'item/with/slashes',
      version: 3n,
      revision: 1,
      status: DecisionStatus.SUPERSEDED,
      cause: DecisionCause.SUPERSEDED,
      action: '',
      categories: [],
      partsUsed: [],
      appliedOffset: 9n,
    });
    expect(erased('tenant/item', 3n, 2, 9n)).toMatchObject({
      status: DecisionStatus.ERASED,
      action: '',
      categories: [],
    });
    expect(older.decisionId).not.toBe(superseded('tenant/item/with/slashes', 3n, 2, 9n).decisionId);
  });
});

describe('reviewed', () => {
  const judged = decide(madeItem([{ id: 't', outcome: words([[1, 0]]) }]), colours(), madeHeads());
  const review = Review.fromPartial({
    reviewId: 'r1',
    reviewerId: 'someone',
    action: 'allow',
    modifiers: ['label', 'blur', 'label'],
  });

  it('keeps what the machine saw and takes what the human said', () => {
    const human = reviewed(judged, review, 2, 80n);
    expect(human).toMatchObject({
      revision: 2,
      cause: DecisionCause.REVIEW,
      action: 'allow',
      modifiers: ['blur', 'label'],
      categories: judged.categories,
      human: { reviewId: 'r1', reviewerId: 'someone', judgedRevision: 1 },
      appliedOffset: 80n,
    });
    expect(human.reasons[0]).toMatchObject({ code: 'human', action: 'allow' });
    expect(human.reasons.slice(1)).toEqual(judged.reasons);
    expect(human.decisionId).not.toBe(judged.decisionId);
    expect(Decision.encode(reviewed(judged, review, 2, 80n)).finish()).toEqual(
      Decision.encode(human).finish(),
    );
  });

  it('keeps one human reason when it is reviewed again', () => {
    const again = reviewed(
      reviewed(judged, review, 2, 80n),
      { ...review, reviewId: 'r2', action: 'block' },
      3,
      81n,
    );
    expect(again.reasons.filter(({ code }) => code === 'human')).toMatchObject([{ action: 'block' }]);
    expect(again.human?.judgedRevision).toBe(2);
  });
});
