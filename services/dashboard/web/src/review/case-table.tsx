import type { CaseSummary } from '../../../src/api/review.js';
import { ActionBadge } from '../design/action-badge.js';
import { formatCount, formatDuration } from '../design/format.js';
import { ScrollBox } from '../design/scroll-box.js';
import { Severity } from '../design/severity.js';
import { useNow } from '../design/use-now.js';
import { session } from '../session/session.js';

interface CaseTableProps {
  readonly cases: readonly CaseSummary[];
  readonly take: (id: string) => void;
}

/** What waits, the most pressing first. */
export function CaseTable({ cases, take }: CaseTableProps) {
  const now = useNow(10_000);
  const me = session.value?.user?.id;
  return (
    <ScrollBox label="Cases">
      <table>
        <thead>
          <tr>
            <th scope="col">Item</th>
            <th scope="col">Decided</th>
            <th scope="col">Severity</th>
            <th scope="col" class="number">
              Reach
            </th>
            <th scope="col" class="number">
              Reports
            </th>
            <th scope="col" class="number">
              Waiting
            </th>
            <th scope="col" class="number">
              Priority
            </th>
            <th scope="col">
              <span class="visually-hidden">Claim</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {cases.map((one) => (
            <tr key={one.id}>
              <th scope="row">
                <div class="case-name">
                  <span class="mono">
                    {one.tenant}/{one.itemId}
                  </span>
                  <span class="soft small">
                    {one.topCategory ?? 'nothing flagged'}
                    {one.kind === 'appeal' && ' · appeal'}
                    {one.kind === 'second_opinion' && ' · second opinion'}
                  </span>
                </div>
              </th>
              <td>
                <ActionBadge of={{ action: one.action, status: '' }} />
              </td>
              <td>
                <Severity value={one.severity} />
              </td>
              <td class="number">{formatCount(one.reach)}</td>
              <td class="number">{formatCount(one.reports)}</td>
              <td class="number">{formatDuration(Math.max(0, now - one.openedAtMs))}</td>
              <td class="number">{one.priority.toFixed(1)}</td>
              <td class="number">
                {one.claimedBy !== null && one.claimedBy !== me ? (
                  <span class="soft small">taken</span>
                ) : (
                  <button type="button" class="button slim" onClick={() => take(one.id)}>
                    {one.claimedBy === me ? 'Go on' : 'Claim'}
                    <span class="visually-hidden"> {one.itemId}</span>
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
