import type { Action, Modifier, Reason } from '@tercet/contracts';
import type { PolicyDocument } from './policy-document.js';
import type { Asks, ReadPart } from './read-parts.js';

/** What the state of an item's parts asks for, apart from their scores. */
export interface JudgedParts {
  readonly reasons: readonly Reason[];
  readonly modifiers: readonly Modifier[];
}

/** Holds missing, uncovered, unserved and truncated parts against the policy. */
export function judgeParts(parts: readonly ReadPart[], document: PolicyDocument): JudgedParts {
  const reasons: Reason[] = [];
  const modifiers: Modifier[] = [];
  for (const part of parts) {
    for (const asks of part.asks) {
      const { code, action, added } = answer(asks, part, document);
      modifiers.push(...added);
      // A part that nothing covers is said even where it asks for nothing: it is why the item is allowed.
      if (action !== 'allow' || part.uncovered)
        reasons.push(partReason(code, action, part, ruleOf(asks, part)));
    }
    if (part.truncated.length === 0) continue;
    for (const modality of new Set(part.truncated.map((one) => one.modality))) {
      const action = forModality(document.truncated, modality);
      const first = part.truncated.find((one) => one.modality === modality);
      if (action !== 'allow')
        reasons.push({ ...partReason('truncated', action, part, first?.truncation.code ?? ''), modality });
    }
  }
  return { reasons, modifiers };
}

function answer(
  asks: Asks,
  part: ReadPart,
  document: PolicyDocument,
): { code: string; action: Action; added: readonly Modifier[] } {
  switch (asks) {
    case 'not_covered':
      return { code: 'not_covered', action: forModality(document.not_covered, part.modality), added: [] };
    case 'language_not_served': {
      const { action, modifiers } = document.languages.not_served;
      return { code: 'language_not_served', action, added: modifiers };
    }
    default: {
      const { action, modifiers } = document.incomplete[asks];
      return { code: 'incomplete', action, added: modifiers };
    }
  }
}

function forModality(actions: Readonly<Record<string, Action>>, modality: string): Action {
  const named = Object.hasOwn(actions, modality) ? actions[modality] : actions['default'];
  return named ?? 'review';
}

/** A part in which nothing was found is missing for that; what else it asks for goes by its own name. */
function ruleOf(asks: Asks, { missing }: ReadPart): string {
  return missing === undefined || (missing.state === 'empty' && asks !== 'empty') ? asks : missing.code;
}

function partReason(code: string, action: Action, part: ReadPart, rule: string): Reason {
  return {
    code,
    action,
    category: '',
    partId: part.partId,
    modality: part.modality,
    score: undefined,
    threshold: undefined,
    rule,
    evidence: undefined,
  };
}
