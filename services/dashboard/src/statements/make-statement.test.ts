import { ACTIONS, Decision, DecisionStatus, HARM_CATEGORIES, MODIFIERS } from '@tercet/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TERRITORIES } from './dsa-values.js';
import { makeStatement, restricts } from './make-statement.js';
import { publicReason } from './public-reason.js';
import { statementSchema } from './statement-schema.js';

const SETTINGS = { ground: 'Section 4 of our terms', groundUrl: undefined, territories: TERRITORIES };
const AT = Date.UTC(2026, 10, 29, 23, 30);

const decision = (change: Parameters<typeof Decision.fromPartial>[0] = {}) =>
  Decision.fromPartial({
    decisionId: 'd'.repeat(32),
    itemKey: 'acme/post-1',
    status: DecisionStatus.DECIDED,
    action: 'block',
    categories: [
      { category: 'spam/scam', flagged: true, severity: 3, score: 0.99 },
      { category: 'harassment', flagged: true, severity: 5, score: 0.8 },
      { category: 'violence', flagged: false, severity: 0, score: 0.1 },
    ],
    partsUsed: [
      { partId: 'body', modality: 'text', language: 'en-GB' },
      { partId: 'photo', modality: 'image' },
      { partId: 'photo/ocr', modality: 'text', language: 'en' },
    ],
    ...change,
  });
const state = (of: Decision, reports = 0) =>
  makeStatement({ decision: of, decidedAtMs: AT, openedAtMs: AT - 86_400_000, reports }, SETTINGS);

describe('the statement of a decision', () => {
  it('says what was restricted, why, of what kind, and by what means', () => {
    expect(state(decision())).toMatchObject({
      decision_visibility: ['DECISION_VISIBILITY_CONTENT_DISABLED'],
      decision_ground: 'DECISION_GROUND_INCOMPATIBLE_CONTENT',
      incompatible_content_ground: 'Section 4 of our terms',
      content_type: ['CONTENT_TYPE_IMAGE', 'CONTENT_TYPE_TEXT'],
      category: 'STATEMENT_CATEGORY_CYBER_VIOLENCE',
      category_addition: ['STATEMENT_CATEGORY_SCAMS_AND_FRAUD'],
      content_language: 'EN',
      content_date: '2026-11-28',
      application_date: '2026-11-29',
      source_type: 'SOURCE_VOLUNTARY',
      automated_detection: 'Yes',
      automated_decision: 'AUTOMATED_DECISION_FULLY',
      puid: 'd'.repeat(32),
    });
  });

  it('tells a person’s decision from a machine’s, and a report from our own initiative', () => {
    const human = { reviewId: 'r', reviewerId: 'person-1', judgedRevision: 1 };
    expect(state(decision({ human }), 2)).toMatchObject({
      automated_decision: 'AUTOMATED_DECISION_PARTIALLY',
      source_type: 'SOURCE_TYPE_OTHER_NOTIFICATION',
    });
    expect(state(decision({ human, categories: [] }))).toMatchObject({
      automated_detection: 'No',
      automated_decision: 'AUTOMATED_DECISION_NOT_AUTOMATED',
      category: 'STATEMENT_CATEGORY_OTHER_VIOLATION_TC',
    });
  });

  it('names restrictions short of removal, and describes those without a name', () => {
    expect(state(decision({ action: 'allow', modifiers: ['age_restrict', 'blur'] }))).toMatchObject({
      decision_visibility: ['DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED', 'DECISION_VISIBILITY_OTHER'],
      decision_visibility_other: expect.stringContaining('covered'),
    });
  });

  it.each<[string, Decision]>([
    ['allows', decision({ action: 'allow', modifiers: [] })],
    ['flags', decision({ action: 'flag', modifiers: ['escalate'] })],
    ['waits for a person', decision({ action: 'review', modifiers: [] })],
    ['was superseded', decision({ status: DecisionStatus.SUPERSEDED })],
    ['was erased', decision({ status: DecisionStatus.ERASED })],
  ])('is none where it %s', (_, of) => {
    expect(state(of)).toBeNull();
  });

  it('is valid of every decision that restricts, and names no part, score, rule or person', () => {
    const anyDecision = fc.record({
      action: fc.constantFrom(...ACTIONS),
      modifiers: fc.uniqueArray(fc.constantFrom(...MODIFIERS)),
      categories: fc.array(
        fc.record({
          category: fc.constantFrom(...HARM_CATEGORIES, 'a/new-one'),
          flagged: fc.boolean(),
          score: fc.double({ min: 0, max: 1, noNaN: true }),
          severity: fc.integer({ min: 0, max: 7 }),
        }),
      ),
      partsUsed: fc.array(
        fc.record({
          partId: fc.constantFrom('secret-part', 'p/ocr'),
          modality: fc.constantFrom('text', 'image', 'audio', 'smell'),
          language: fc.constantFrom('', 'en', 'de-AT', 'mis', 'xx'),
        }),
      ),
      partsMissing: fc.array(
        fc.record({ partId: fc.constant('secret-part'), modality: fc.constant('audio') }),
      ),
      human: fc.option(fc.constant({ reviewId: 'r', reviewerId: 'secret-person', judgedRevision: 1 }), {
        nil: undefined,
      }),
    });
    fc.assert(
      fc.property(anyDecision, fc.nat(9), (change, reports) => {
        const made = decision(change as Parameters<typeof decision>[0]);
        const statement = state(made, reports);
        expect(statement !== null).toBe(restricts(made));
        if (!statement) return;
        expect(statementSchema.safeParse(statement).success).toBe(true);
        expect(JSON.stringify(statement)).not.toMatch(/secret|0\.\d{3}|acme/);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the public reason', () => {
  const human = { reviewId: 'r', reviewerId: 'x', judgedRevision: 1 };
  it.each<[string, Decision]>([
    [
      'This post was removed from view, because it may concern harassment and spam or deception. This decision was made by automated means.',
      decision(),
    ],
    ['No restriction was placed on this post.', decision({ action: 'allow' })],
    [
      'This post is waiting for a person to look at it, because it could not be judged fully. This decision was made by automated means.',
      decision({ action: 'review', categories: [] }),
    ],
    [
      'This post was removed from view under our rules. A person made this decision.',
      decision({ categories: [], human }),
    ],
    ['This post was erased.', decision({ status: DecisionStatus.ERASED })],
    [
      'This version of the post was replaced by a newer one.',
      decision({ status: DecisionStatus.SUPERSEDED }),
    ],
  ])('%s', (words, of) => {
    expect(publicReason(of)).toBe(words);
  });
});
