import type { CategoryView, ItemPage, ReasonView } from '../../../src/api/items.js';
import { ActionBadge } from '../design/action-badge.js';
import { countOf, formatScore } from '../design/format.js';
import { Severity } from '../design/severity.js';

/** Why the action is what it is: reasons, scores against thresholds, conflicts, what nobody looked at. */
export function Why({ page }: { page: ItemPage }) {
  const flagged = page.categories.filter((one) => one.flagged);
  const others = page.categories.filter((one) => !one.flagged).sort((a, b) => b.score - a.score);
  return (
    <section class="card why" aria-labelledby="why">
      <h2 id="why">Why</h2>
      {page.reasons.length > 0 && (
        <ol class="reasons">
          {page.reasons.map((reason, at) => (
            <li key={`${reason.code}-${reason.category}-${reason.partId}-${at}`}>
              <ActionBadge of={{ action: reason.action, status: '' }} />
              <span>{sayReason(reason)}</span>
            </li>
          ))}
        </ol>
      )}
      {page.reasons.length === 0 && <p class="soft">Nothing asked for more than to allow it.</p>}
      {flagged.map((one) => (
        <Category key={one.category} one={one} />
      ))}
      {others.length > 0 && (
        <details open={flagged.length === 0 && others.length <= 3}>
          <summary>{countOf(others.length, 'category', 'categories')} not flagged</summary>
          {others.map((one) => (
            <Category key={one.category} one={one} />
          ))}
        </details>
      )}
      <dl class="facts why-facts">
        <dt>Uncertainty</dt>
        <dd>{formatScore(page.decision.uncertainty)}</dd>
        <dt>Conflicts</dt>
        <dd>
          {page.conflicts.length === 0 && 'none'}
          {page.conflicts.map((one) => (
            <p key={one.category}>
              {one.category}: {one.highPartId} {formatScore(one.highScore)}, {one.lowPartId}{' '}
              {formatScore(one.lowScore)}
            </p>
          ))}
        </dd>
        <dt>Not covered</dt>
        <dd>
          {page.notCovered.length === 0 && 'everything was looked at'}
          {page.notCovered.map((one) => (
            <p key={`${one.partId}-${one.code}-${one.categories.join()}`}>
              {one.partId || one.modality}: <code>{one.code}</code>
              <span class="soft small">
                {one.categories.length > 0 && ` ${countOf(one.categories.length, 'category', 'categories')}`}
              </span>
            </p>
          ))}
        </dd>
      </dl>
    </section>
  );
}

function sayReason(reason: ReasonView): string {
  const against = reason.score !== null && reason.threshold !== null;
  const said = [
    REASONS[reason.code] ?? reason.code,
    reason.category && `in ${reason.category}`,
    against && `${formatScore(reason.score ?? 0)} against ${formatScore(reason.threshold ?? 0)}`,
    reason.partId && `by ${reason.partId}`,
    reason.rule && `(${reason.rule})`,
  ];
  return said.filter(Boolean).join(' ');
}

const REASONS: Readonly<Record<string, string>> = {
  threshold: 'Score over its threshold',
  incomplete: 'A part is missing',
  conflict: 'Parts disagree',
  uncertain: 'The score is close to its threshold',
  not_covered: 'No model looks at this',
  language_not_served: 'The language is not served',
  truncated: 'Part of it lies beyond a limit',
  condition: 'A condition of the policy',
  human: 'A person decided',
  policy_not_found: 'The policy was not there',
};

const WIDTH = 100;

/** A score as a bar, cut into the parts' shares, with the threshold as a line across it. */
function Category({ one }: { one: CategoryView }) {
  let from = 0;
  const shares = one.contributions.map((part, at) => {
    const width = part.share * one.score * WIDTH;
    const x = from;
    from += width;
    return { x, width, kind: `share-${at % 4}`, partId: part.partId };
  });
  return (
    <div class={`category${one.flagged ? ' flagged' : ''}`}>
      <div class="category-head">
        <h3>{one.category}</h3>
        <Severity value={one.severity} />
        <span class="push">
          <strong>{formatScore(one.score)}</strong>
          <span class="soft small">
            {one.threshold === null ? ' no threshold' : ` of ${formatScore(one.threshold)}`}
          </span>
        </span>
      </div>
      <svg class="bar" viewBox={`0 0 ${WIDTH} 8`} preserveAspectRatio="none" aria-hidden="true">
        <rect class="track" width={WIDTH} height="8" />
        {shares.map((share) => (
          <rect key={share.partId} class={share.kind} x={share.x} width={share.width} height="8" />
        ))}
        {one.threshold !== null && (
          <line class="threshold" x1={one.threshold * WIDTH} x2={one.threshold * WIDTH} y1="0" y2="8" />
        )}
      </svg>
      <ul class="shares small soft">
        {one.contributions.map((part, at) => (
          <li key={part.partId}>
            <svg viewBox="0 0 10 10" aria-hidden="true">
              <rect class={`share-${at % 4}`} width="10" height="10" rx="2" />
            </svg>
            {part.partId} {formatScore(part.score)}
          </li>
        ))}
      </ul>
    </div>
  );
}
