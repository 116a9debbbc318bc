import { useState } from 'preact/hooks';
import type { DecisionSummary } from '../../../src/api/decisions.js';
import type { QueueSummary } from '../../../src/api/review.js';
import { actionLabel } from '../design/action-badge.js';
import { messageOf, sendJson } from '../http/api.js';
import { useResource } from '../http/use-resource.js';

const ACTIONS = ['allow', 'flag', 'review', 'block'];

/** For leads: makes this revision a case whose answer is known, which reviewers get now and then without being told. */
export function GoldenForm({ decision }: { decision: DecisionSummary }) {
  const queues = useResource<{ readonly queues: readonly QueueSummary[] }>('/api/v1/queues');
  const [queue, setQueue] = useState('');
  const [expectedAction, setExpectedAction] = useState(decision.action);
  const [said, setSaid] = useState('');
  const open = queues.data?.queues.filter((one) => !one.restricted && one.name !== 'appeals') ?? [];
  const chosen = queue || (open[0]?.name ?? '');
  const add = (event: Event): void => {
    event.preventDefault();
    const { tenant, itemId, version, revision } = decision;
    sendJson('POST', '/api/v1/golden', {
      queue: chosen,
      tenant,
      itemId,
      version,
      revision,
      expectedAction,
    }).then(
      () => setSaid('Added.'),
      (error: unknown) => setSaid(messageOf(error)),
    );
  };
  return (
    <details class="card">
      <summary>Make it a golden case</summary>
      <form class="row" onSubmit={add}>
        <select
          class="filter-select"
          aria-label="Queue"
          value={chosen}
          onChange={(event) => setQueue(event.currentTarget.value)}
        >
          {open.map((one) => (
            <option key={one.name} value={one.name}>
              {one.title}
            </option>
          ))}
        </select>
        <select
          class="filter-select"
          aria-label="Right answer"
          value={expectedAction}
          onChange={(event) => setExpectedAction(event.currentTarget.value)}
        >
          {ACTIONS.map((action) => (
            <option key={action} value={action}>
              {actionLabel(action)}
            </option>
          ))}
        </select>
        <button type="submit" class="button slim" disabled={chosen === ''}>
          Add
        </button>
        <span role="status" class="soft small">
          {said}
        </span>
      </form>
    </details>
  );
}
