import type { Action, Reason } from '@tercet/contracts';
import { actionRank } from './actions.js';
import { compareCodeUnits } from './canonical-json.js';
import { inOrder } from './in-order.js';

/** A reason that names no part and no category. */
export function itemReason(code: string, action: Action, rule = ''): Reason {
  return {
    code,
    action,
    category: '',
    partId: '',
    modality: '',
    score: undefined,
    threshold: undefined,
    rule,
    evidence: undefined,
  };
}

/** Strongest first: by action, then score (reasons without one after those with), then names. */
export function sortReasons(reasons: Reason[]): Reason[] {
  return inOrder(reasons, byStrength);
}

const byStrength = (a: Reason, b: Reason): number =>
  actionRank(b.action as Action) - actionRank(a.action as Action) ||
  (b.score ?? -1) - (a.score ?? -1) ||
  compareCodeUnits(a.code, b.code) ||
  compareCodeUnits(a.category, b.category) ||
  compareCodeUnits(a.partId, b.partId) ||
  compareCodeUnits(a.rule, b.rule);
