import { type Decision, DecisionCause, DecisionStatus } from '@tercet/contracts';
import type { DemoItem } from './items/demo-item.js';

/** What is wrong with an item's decision, for people; empty where it ended as it should. Pure. */
export function checkDecision(demo: DemoItem, decision: Decision | undefined): string[] {
  if (!decision) return ['was not decided'];
  const { expect, item } = demo;
  const wrong: string[] = [];
  if (decision.version !== item.version) wrong.push(`version ${decision.version} was decided`);
  if (decision.status !== DecisionStatus.DECIDED) wrong.push('was superseded or erased');
  const isAllowed = decision.action === 'allow';
  if (expect.action === 'allow' && !isAllowed) wrong.push(`should be allowed, got ${decision.action}`);
  if (expect.action === 'held' && isAllowed) wrong.push('should be held, was allowed');
  const { because } = expect;
  if (because && !decision.reasons.some((one) => isReason(one, because))) {
    wrong.push(`no reason names ${because.partId} for ${because.categories.join(' or ')}`);
  }
  wrong.push(...checkParts(demo, decision));
  if (expect.atDeadline && decision.cause !== DecisionCause.DEADLINE) {
    wrong.push('should have been decided at its deadline');
  }
  return wrong;
}

function isReason(
  reason: Decision['reasons'][number],
  because: { partId: string; categories: readonly string[] },
): boolean {
  return reason.partId === because.partId && because.categories.includes(reason.category);
}

function checkParts({ item, expect }: DemoItem, decision: Decision): string[] {
  const missing = new Map(decision.partsMissing.map((part) => [part.partId, part.code]));
  const used = new Set(decision.partsUsed.map((part) => part.partId));
  const wrong: string[] = [];
  for (const { partId } of item.parts) {
    const codes = expect.missing?.[partId];
    const code = missing.get(partId);
    if (!codes && !used.has(partId) && !isNotCovered(decision, partId))
      wrong.push(`${partId} was not weighed: ${code ?? 'no reason given'}`);
    if (codes && code === undefined) wrong.push(`${partId} should be missing`);
    if (codes && code !== undefined && !codes.includes(code)) {
      wrong.push(`${partId} is missing as ${code}, not ${codes.join(' or ')}`);
    }
  }
  return wrong;
}

/** Whether the part is fine, and no head reads its modality: the policy has an action for that. */
function isNotCovered({ reasons }: Decision, partId: string): boolean {
  return reasons.some((reason) => reason.code === 'not_covered' && reason.partId === partId);
}
