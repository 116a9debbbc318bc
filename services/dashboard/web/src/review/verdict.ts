import type { ItemPage } from '../../../src/api/items.js';
import type { CaseSummary, ReviewRequest } from '../../../src/api/review.js';
import type { Action } from './keymap.js';

/** What a reviewer has filled in. */
export interface Draft {
  readonly action: Action | undefined;
  readonly modifiers: readonly string[];
  readonly categories: readonly string[];
  readonly note: string;
}

/** Begins with what the models found, so that agreeing takes one key. */
export function draftOf(page: ItemPage): Draft {
  return {
    action: undefined,
    modifiers: page.decision.modifiers,
    categories: page.categories.filter((one) => one.flagged).map((one) => one.category),
    note: '',
  };
}

/** An appeal is upheld by deciding as before, and overturned by deciding anything else. */
export function outcomeOf(page: ItemPage, action: Action): 'upheld' | 'overturned' {
  return page.decision.action === action ? 'upheld' : 'overturned';
}

/**
 * The review of the revision that is on the screen. Whoever allows an item has found nothing in it, so that it bears neither
 * categories nor modifiers.
 */
export function reviewOf(
  page: ItemPage,
  kind: CaseSummary['kind'],
  draft: Draft,
  action: Action,
): ReviewRequest {
  const allows = action === 'allow';
  return {
    judgedVersion: page.decision.version,
    judgedRevision: page.decision.revision,
    action,
    modifiers: allows ? [] : draft.modifiers,
    categories: allows ? [] : draft.categories,
    note: draft.note.trim(),
    ...(kind === 'appeal' ? { outcome: outcomeOf(page, action) } : {}),
  };
}
