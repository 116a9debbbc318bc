import type { Truncation } from '@tercet/contracts';
import type { PartOutcome, PartState } from './api.js';
import { compareCodeUnits } from './canonical-json.js';
import { inOrder } from './in-order.js';

/** What of a part was not looked at. */
export interface Unread {
  /** Whose units the stretch is in: the part's own modality, or that of the part that it was read from. */
  readonly modality: string;
  readonly truncation: Truncation;
}

/**
 * What a part's encoder left out, and what its reader left out of its source before; sorted by modality, code and
 * beginning. Also of a part in which nothing was found: it may stand in what was left out.
 * @param sourceModality empty for a part that was not read from another one.
 */
export function unreadOf({ part, outcome }: PartState, sourceModality: string): readonly Unread[] {
  const own = outcome.kind === 'embedded' ? outcome.record.truncated : NOTHING;
  const before = leftByReader(outcome);
  if (own.length === 0 && before.length === 0) return NOTHING_UNREAD;
  return inOrder(
    [
      ...own.map((truncation) => ({ modality: part.modality, truncation })),
      ...before.map((truncation) => ({ modality: sourceModality, truncation })),
    ],
    byPlace,
  );
}

const NOTHING: readonly Truncation[] = [];
const NOTHING_UNREAD: readonly Unread[] = [];

const byPlace = (a: Unread, b: Unread): number =>
  compareCodeUnits(a.modality, b.modality) ||
  compareCodeUnits(a.truncation.code, b.truncation.code) ||
  Number((a.truncation.span?.start ?? 0n) - (b.truncation.span?.start ?? 0n));

/** Speech in a language that the reader lacks, or words in one that the encoder lacks: a matter of languages, not of limits. */
export function isOfLanguage({ truncation }: Unread): boolean {
  return truncation.code === 'language_not_covered' || truncation.code === 'language_not_served';
}

function leftByReader(outcome: PartOutcome): readonly Truncation[] {
  if (outcome.kind === 'embedded') return outcome.record.derivation?.truncated ?? NOTHING;
  return outcome.kind === 'empty' ? outcome.record.truncated : NOTHING;
}
