import { memo } from 'preact/compat';
import type { DecisionSummary } from '../../../src/api/decisions.js';
import { ActionBadge } from '../design/action-badge.js';
import { formatDuration, formatScore, formatTime } from '../design/format.js';
import { Icon, ModalityIcon } from '../design/icon.js';
import { Severity } from '../design/severity.js';
import { itemPath } from '../item/item-path.js';

/** One revision in the feed; the whole row leads to its item. */
export const FeedRow = memo(function FeedRow({ row }: { row: DecisionSummary }) {
  return (
    <li class="feed-item">
      <a class="feed-row" href={itemPath(row)}>
        <span class="feed-time soft">{row.decidedAtMs === null ? '—' : formatTime(row.decidedAtMs)}</span>
        <span class="feed-action">
          <ActionBadge of={row} />
        </span>
        <span class="feed-severity">
          <Severity value={row.severity} />
        </span>
        <span class="feed-name">
          <span class="mono">
            <span class="soft">{row.tenant}/</span>
            {row.itemId}
          </span>
          <span class="soft small">
            {row.topCategory === null
              ? 'nothing flagged'
              : `${row.topCategory} ${row.topScore === null ? '' : formatScore(row.topScore)}`}
            {row.modifiers.length > 0 && ` · ${row.modifiers.join(', ')}`}
          </span>
        </span>
        <span class="feed-marks">
          <Marks row={row} />
        </span>
        <span class="feed-modalities soft">
          {row.modalities.map((modality) => (
            <ModalityIcon key={modality} modality={modality} label={modality} />
          ))}
        </span>
        <span class="feed-latency soft number">
          {row.latencyMs === null ? '' : formatDuration(row.latencyMs)}
        </span>
      </a>
    </li>
  );
});

function Marks({ row }: { row: DecisionSummary }) {
  return (
    <>
      {row.restricted && (
        <span class="chip">
          <Icon name="lock" /> restricted
        </span>
      )}
      {row.human && (
        <span class="chip">
          <Icon name="human" /> human
        </span>
      )}
      {row.conflict && (
        <span class="chip">
          <Icon name="conflict" /> conflict
        </span>
      )}
      {row.missing.length > 0 && (
        <span class="chip">
          <Icon name="missing" /> no {row.missing.join(', ')}
        </span>
      )}
      {(row.version > 1 || row.revision > 1) && (
        <span class="chip">
          <Icon name="revised" /> v{row.version} r{row.revision}
        </span>
      )}
    </>
  );
}
