import { expect, it } from 'vitest';
import type { ItemPage } from '../../../src/api/items.js';
import { draftOf, reviewOf } from './verdict.js';

const page = {
  decision: { version: 3, revision: 2, action: 'block', modifiers: ['escalate'] },
  categories: [
    { category: 'harassment', flagged: false },
    { category: 'spam/scam', flagged: true },
  ],
} as unknown as ItemPage;

it('judges the revision on the screen, and begins with what was flagged', () => {
  expect(reviewOf(page, 'review', { ...draftOf(page), note: ' seen \n' }, 'flag')).toEqual({
    judgedVersion: 3,
    judgedRevision: 2,
    action: 'flag',
    modifiers: ['escalate'],
    categories: ['spam/scam'],
    note: 'seen',
  });
});

it('names nothing found in what is allowed', () => {
  expect(reviewOf(page, 'review', draftOf(page), 'allow')).toMatchObject({ modifiers: [], categories: [] });
});

it('upholds an appeal by the same action, and overturns it by another', () => {
  expect(reviewOf(page, 'appeal', draftOf(page), 'block').outcome).toBe('upheld');
  expect(reviewOf(page, 'appeal', draftOf(page), 'allow').outcome).toBe('overturned');
});
