import type { AppealView, ItemPage, ReviewView } from '../../../src/api/items.js';
import { ActionBadge } from '../design/action-badge.js';
import { formatTime } from '../design/format.js';
import { itemPath } from './item-path.js';

/** Every version and revision, newest first; the one on the screen is marked. */
export function History({ page }: { page: ItemPage }) {
  return (
    <section class="card" aria-labelledby="history">
      <h2 id="history">History</h2>
      <ol class="history">
        {page.history.map((one) => {
          const current = one.version === page.decision.version && one.revision === page.decision.revision;
          return (
            <li key={one.decisionId} aria-current={current ? 'true' : undefined}>
              <a href={itemPath(one, one)}>
                version {one.version}, revision {one.revision}
              </a>
              <ActionBadge of={one} />
              <span class="soft small">
                {one.cause}
                {one.decidedAtMs !== null && ` · ${formatTime(one.decidedAtMs)}`}
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

export function Reviews({ reviews }: { reviews: readonly ReviewView[] }) {
  return (
    <section class="card" aria-labelledby="reviews">
      <h2 id="reviews">Reviews</h2>
      <ol class="history">
        {reviews.map((one) => (
          <li key={one.reviewId}>
            <ActionBadge of={{ action: one.action, status: '' }} />
            <span>
              {one.reviewerId} on v{one.judgedVersion} r{one.judgedRevision}
            </span>
            <span class="soft small">
              {KINDS[one.kind]} · {formatTime(one.reviewedAtMs)} · {STATES[one.state]}
            </span>
            {one.note !== '' && <p class="remark">{one.note}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}

const KINDS: Readonly<Record<ReviewView['kind'], string>> = {
  queue: 'queue',
  appeal: 'appeal',
  second_opinion: 'second opinion',
};

const STATES: Readonly<Record<ReviewView['state'], string>> = {
  pending: 'on its way',
  applied: 'applied',
  stale: 'refused: a newer revision came first',
};

export function Appeals({ appeals }: { appeals: readonly AppealView[] }) {
  return (
    <section class="card" aria-labelledby="appeals">
      <h2 id="appeals">Appeals</h2>
      <ol class="history">
        {appeals.map((one) => (
          <li key={one.appealId}>
            <span class="badge">{one.outcome}</span>
            <span class="soft small">
              against v{one.version} r{one.revision} · {formatTime(one.filedAtMs)}
            </span>
            {one.statement !== '' && <p class="remark">{one.statement}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
