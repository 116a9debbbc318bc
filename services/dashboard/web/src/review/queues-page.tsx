import './review.css';
import type { QueueSummary } from '../../../src/api/review.js';
import { formatCount, formatDuration } from '../design/format.js';
import { Icon } from '../design/icon.js';
import { Empty, Failure, Loading } from '../design/notices.js';
import { Page } from '../design/page.js';
import { useNow } from '../design/use-now.js';
import { useResource } from '../http/use-resource.js';
import { useQueueChanges } from './use-queue-changes.js';

const EVERY_MS = 30_000;

export function QueuesPage() {
  const queues = useResource<{ readonly queues: readonly QueueSummary[] }>('/api/v1/queues', EVERY_MS);
  useQueueChanges(undefined, queues.reload);
  const now = useNow(10_000);
  return (
    <Page title="Queues">
      {queues.error !== undefined && <Failure error={queues.error} retry={queues.reload} />}
      {!queues.data && queues.error === undefined && <Loading what="queues" />}
      {queues.data?.queues.length === 0 && (
        <Empty title="No queue is yours">
          <p>Ask a lead for one.</p>
        </Empty>
      )}
      <ul class="queues">
        {queues.data?.queues.map((queue) => (
          <li key={queue.name}>
            <a class="queue" href={`/queues/${encodeURIComponent(queue.name)}`}>
              <span class="queue-name">
                {queue.restricted && <Icon name="lock" label="restricted" />} {queue.title}
              </span>
              <span class="queue-waiting">{formatCount(queue.waiting)}</span>
              <span class="soft small">
                {queue.waiting === 1 ? 'waits' : 'wait'}
                {queue.claimed > 0 && ` · ${formatCount(queue.claimed)} being worked on`}
              </span>
              <span class="soft small">
                {queue.oldestAtMs === null
                  ? 'nothing is waiting'
                  : `the oldest for ${formatDuration(Math.max(0, now - queue.oldestAtMs))}`}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </Page>
  );
}
