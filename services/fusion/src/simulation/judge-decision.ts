import { type Decision, DecisionCause, DecisionStatus } from '@tercet/contracts';
import { digestOf, type Fact } from './facts.js';
import type { Rules, Told } from './judge.js';
import { KNOWN_MODEL, OTHER_MODEL } from './simulated-heads.js';

type Of<K extends Fact['kind']> = Extract<Fact, { kind: K }>;

/** Why a decision is not one that the published records allow; `facts` are the item's. */
export function judgeDecision(
  told: Told,
  before: Told | undefined,
  facts: readonly Fact[],
  rules: Rules,
): string | undefined {
  const { decision } = told;
  const applied = facts.find(({ offset }) => offset === decision.appliedOffset);
  if (!applied) return `applied: offset ${decision.appliedOffset} is not of the item`;
  const sameVersion = before?.decision.version === decision.version ? before.decision : undefined;
  if (decision.revision !== (sameVersion?.revision ?? 0) + 1) return 'order: a revision was left out';
  if (sameVersion && sameVersion.appliedOffset >= decision.appliedOffset)
    return `cause: nothing new since ${sameVersion.appliedOffset}`;
  if (decision.status === DecisionStatus.SUPERSEDED) {
    const newer = applied.kind === 'opened' || applied.kind === 'erased';
    return newer && applied.version > decision.version ? undefined : 'cause: superseded by nothing newer';
  }
  if (decision.status === DecisionStatus.ERASED)
    return applied.kind === 'erased' && applied.version === decision.version
      ? undefined
      : 'cause: erased by nothing';
  const opening = facts.find(
    (fact): fact is Of<'opened'> => fact.kind === 'opened' && fact.version === decision.version,
  );
  if (!opening) return 'invented: the version was never opened';
  if (applied.version !== decision.version) return 'applied: a record of another version';
  if (decision.openedOffset !== opening.offset)
    return `opened: at ${opening.offset}, not ${decision.openedOffset}`;
  const own = facts.filter(({ version, offset }) => version === decision.version && offset > opening.offset);
  return sameVersion
    ? judgeCause(decision, sameVersion, own, opening, rules)
    : (judgeFirst(told, own, opening) ?? judgeInputs(decision, own, opening));
}

/** A first decision reflects every record of the version up to the offset that it names, and no deadline too early. */
function judgeFirst(
  { decision, timeMs }: Told,
  own: readonly Fact[],
  opening: Of<'opened'>,
): string | undefined {
  const deadlineMs = opening.timeMs + opening.windowMs;
  const pending = decision.partsMissing.filter(({ state }) => state === 'pending');
  switch (decision.cause) {
    case DecisionCause.COMPLETE:
      if (pending.length > 0) return `inputs: complete without ${pending[0]?.partId}`;
      break;
    case DecisionCause.DEADLINE:
    case DecisionCause.OVERLOAD:
      if (timeMs < deadlineMs) return `early: decided ${deadlineMs - timeMs} ms before its deadline`;
      if (pending.length === 0) return 'cause: nothing was missing';
      break;
    default:
      return 'cause: not one of a first decision';
  }
  for (const { partId, code } of pending) {
    if (decision.cause === DecisionCause.OVERLOAD) {
      if (code !== 'overload') return `inputs: ${partId} missing for ${code}`;
      continue;
    }
    const there = own.find((fact) => isPart(fact, partId) && fact.timeMs < deadlineMs);
    if (there)
      return `missed: ${partId} lay in the log at ${there.offset}, ${deadlineMs - there.timeMs} ms before the deadline`;
  }
  for (const partId of opening.parts) {
    const wrong = judgePart(
      decision,
      partId,
      own.filter((fact) => isPart(fact, partId)),
    );
    if (wrong !== undefined) return wrong;
  }
  const named = [...decision.partsUsed, ...decision.partsMissing].map(({ partId }) => partId).sort();
  return named.join() === [...opening.parts].sort().join() ? undefined : 'inputs: not the manifest';
}

const isPart = (fact: Fact, partId: string): fact is Of<'embedded'> | Of<'failed'> =>
  (fact.kind === 'embedded' || fact.kind === 'failed') && fact.partId === partId;

function judgePart(
  decision: Decision,
  partId: string,
  published: readonly (Of<'embedded'> | Of<'failed'>)[],
): string | undefined {
  const reflected = published.filter(({ offset }) => offset <= decision.appliedOffset);
  const missing = decision.partsMissing.find((part) => part.partId === partId);
  const known = reflected.some((fact) => fact.kind === 'embedded' && fact.model === KNOWN_MODEL);
  const other = reflected.some((fact) => fact.kind === 'embedded' && fact.model === OTHER_MODEL);
  const wanted = known ? undefined : other ? 'unusable' : reflected.length > 0 ? 'failed' : 'pending';
  return missing?.state === wanted ? undefined : `inputs: ${partId} is ${missing?.state}, not ${wanted}`;
}

/** The vectors that a decision names are the first that were published of their part and model. */
function judgeInputs(decision: Decision, own: readonly Fact[], opening: Of<'opened'>): string | undefined {
  for (const { partId, vectors } of decision.partsUsed) {
    if (!opening.parts.includes(partId)) return `inputs: ${partId} is not in the manifest`;
    const first = own.find(
      (fact): fact is Of<'embedded'> =>
        fact.kind === 'embedded' && fact.partId === partId && fact.model === KNOWN_MODEL,
    );
    if (vectors.length !== 1 || !first || vectors[0]?.vectorDigest !== digestOf(first.variant))
      return `inputs: ${partId} was not made from its first vector`;
    if (first.offset > decision.appliedOffset)
      return `inputs: ${partId} comes from later than the decision says`;
  }
  return undefined;
}

function judgeCause(
  decision: Decision,
  before: Decision,
  own: readonly Fact[],
  opening: Of<'opened'>,
  { lateWindowMs }: Rules,
): string | undefined {
  const since = own.filter(({ offset }) => offset > before.appliedOffset && offset <= decision.appliedOffset);
  switch (decision.cause) {
    case DecisionCause.LATE_PART: {
      const until = opening.timeMs + opening.windowMs + lateWindowMs;
      if (!since.some((fact) => fact.kind === 'embedded' && fact.timeMs <= until))
        return 'cause: no late part';
      break;
    }
    case DecisionCause.REVIEW:
      if (!since.some((fact) => fact.kind === 'reviewed' && fact.revision === before.revision))
        return 'cause: no review of the revision before';
      break;
    case DecisionCause.REDECIDE:
      if (!since.some(({ kind }) => kind === 'redecide')) return 'cause: nobody asked for a redecision';
      break;
    default:
      return 'cause: not one of a revision';
  }
  return judgeInputs(decision, own, opening);
}
