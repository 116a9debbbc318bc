import './item.css';
import './evidence.css';
import type { ComponentChildren } from 'preact';
import type { ItemPage } from '../../../src/api/items.js';
import { ActionBadge } from '../design/action-badge.js';
import { formatTime } from '../design/format.js';
import { Icon } from '../design/icon.js';
import { Severity } from '../design/severity.js';
import { PartCard } from './part-card.js';
import { Appeals, History, Reviews } from './past.js';
import { Provenance } from './provenance.js';
import { Waterfall } from './waterfall.js';
import { Why } from './why.js';

interface ItemViewProps {
  readonly page: ItemPage;
  /** Asks for fresh addresses of the content. */
  readonly renew: () => void;
  /** Above the reasons, where a case is worked on. */
  readonly panel?: ComponentChildren;
  /** Leaves out what others said of it, and when: a judgement is the reviewer's own, and golden cases look like any other. */
  readonly blind?: boolean;
}

/** All that is known of one decision revision: what was judged on the left, why on the right. */
export function ItemView({ page, renew, panel, blind = false }: ItemViewProps) {
  const { decision } = page;
  const own = page.parts.filter((part) => part.sourcePartId === '');
  return (
    <>
      <Verdict page={page} dated={!blind} />
      {decision.restricted && (
        <div class="notice warn">
          <p>
            <Icon name="lock" /> Restricted: the content of this item is never shown, and every view is
            logged.
          </p>
        </div>
      )}
      <div class="columns">
        <div class="stack">
          {own.map((part) => (
            <PartCard
              key={part.partId}
              page={page}
              part={part}
              derived={page.parts.filter((one) => one.sourcePartId === part.partId)}
              renew={renew}
            />
          ))}
          {own.length === 0 && <p class="card soft">Nothing is known of its parts.</p>}
          {page.timings && <Waterfall times={page.timings} dated={!blind} />}
        </div>
        <div class="stack">
          {panel}
          <Why page={page} />
          {page.appeals.length > 0 && <Appeals appeals={page.appeals} />}
          {!blind && page.reviews.length > 0 && <Reviews reviews={page.reviews} />}
          {!blind && <History page={page} />}
          <Provenance page={page} />
        </div>
      </div>
    </>
  );
}

function Verdict({ page, dated }: { page: ItemPage; dated: boolean }) {
  const { decision } = page;
  return (
    <section class="verdict" aria-label="Decision">
      <ActionBadge of={decision} large />
      {decision.modifiers.map((modifier) => (
        <span key={modifier} class="chip">
          {modifier}
        </span>
      ))}
      <Severity value={decision.severity} />
      <span class="soft small">
        version {decision.version}, revision {decision.revision} ·{' '}
        {decision.human ? 'by a person' : decision.cause}
        {dated && decision.decidedAtMs !== null && ` · ${formatTime(decision.decidedAtMs)}`}
      </span>
      {page.publicReason !== '' && (
        <p class="public-reason">
          <span class="soft small">Said outside: </span>
          {page.publicReason}
        </p>
      )}
    </section>
  );
}
