import type { DecisionFilter, Rates } from '../../../src/api/decisions.js';
import { TimeChart } from '../charts/time-chart.js';
import { actionLabel } from '../design/action-badge.js';
import { formatCount, formatDuration } from '../design/format.js';
import { Failure } from '../design/notices.js';
import { useResource } from '../http/use-resource.js';
import { withFilter } from './filter.js';

const EVERY_MS = 10_000;
const MINUTES = 60;
/** Gravest first. */
const ACTIONS = ['block', 'review', 'flag', 'allow'];
const COLOURS: Readonly<Record<string, string>> = {
  block: '--block',
  review: '--review',
  flag: '--flag',
  allow: '--allow',
};
const PERCENTILES = [
  { name: 'p50', colour: '--ink-soft' },
  { name: 'p95', colour: '--accent' },
  { name: 'p99', colour: '--block' },
] as const;

interface RatesPanelProps {
  readonly filter: DecisionFilter;
  readonly change: (filter: DecisionFilter) => void;
}

/** The last hour: how many of each action, how fast. */
export function RatesPanel({ filter, change }: RatesPanelProps) {
  const rates = useResource<Rates>(`/api/v1/rates?minutes=${MINUTES}`, EVERY_MS);
  if (rates.error !== undefined && !rates.data) return <Failure error={rates.error} retry={rates.reload} />;
  if (!rates.data) return <aside class="rates" aria-label="The last hour" />;
  const { minutes, byAction, latencyMs } = rates.data;
  return (
    <aside class="rates" aria-label="The last hour">
      <ul class="counts">
        {ACTIONS.map((action) => (
          <li key={action}>
            <button
              type="button"
              class={`count ${action}`}
              aria-pressed={filter.action === action}
              onClick={() =>
                change(withFilter(filter, 'action', filter.action === action ? undefined : action))
              }
            >
              <span class="count-number">{formatCount(sum(byAction[action] ?? []))}</span>
              <span class="small">{actionLabel(action)}</span>
            </button>
          </li>
        ))}
      </ul>
      <TimeChart
        title="Decisions a minute"
        times={minutes}
        format={formatCount}
        lines={ACTIONS.map((action) => ({
          label: actionLabel(action),
          colour: COLOURS[action] ?? '--ink-soft',
          values: byAction[action] ?? minutes.map(() => 0),
        }))}
      />
      <TimeChart
        title="From the opening to the decision"
        times={minutes}
        format={formatDuration}
        lines={PERCENTILES.map(({ name, colour }) => ({ label: name, colour, values: latencyMs[name] }))}
      />
    </aside>
  );
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
