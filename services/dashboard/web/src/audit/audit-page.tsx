import './audit.css';
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { AuditPage as AuditAnswer, AuditEntryView } from '../../../src/api/session.js';
import { formatDateTime } from '../design/format.js';
import { Empty, Failure, Loading } from '../design/notices.js';
import { Page } from '../design/page.js';
import { ScrollBox } from '../design/scroll-box.js';
import { useResource } from '../http/use-resource.js';

const ROWS = 100;

/** Who saw and did what; one page of the log after another, newest first. */
export function AuditPage() {
  const { query, route } = useLocation();
  const actor = query['actor'] ?? '';
  const before = query['before'] ?? '';
  const [typed, setTyped] = useState(actor);
  const search = new URLSearchParams({
    limit: String(ROWS),
    ...(actor && { actor }),
    ...(before && { before }),
  });
  const page = useResource<AuditAnswer>(`/api/v1/audit?${search}`);
  const go = (to: { actor?: string; before?: string }): void =>
    route(
      `/audit?${new URLSearchParams({ ...(to.actor && { actor: to.actor }), ...(to.before && { before: to.before }) })}`,
    );
  return (
    <Page
      title="Audit"
      head={
        <form
          class="row push"
          onSubmit={(event) => {
            event.preventDefault();
            go({ actor: typed.trim() });
          }}
        >
          <input
            class="filter-select"
            type="search"
            aria-label="Person"
            placeholder="Person …"
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <button type="submit" class="button slim">
            Filter
          </button>
        </form>
      }
    >
      <p class="soft small">
        Entries can only be added, and each holds the hash of the one before. <code>tercet audit verify</code>{' '}
        tells whether any was changed, removed or put in.
      </p>
      {page.error !== undefined && <Failure error={page.error} retry={page.reload} />}
      {!page.data && page.error === undefined && <Loading what="the log" />}
      {page.data?.entries.length === 0 && <Empty title="No entry" />}
      {page.data && page.data.entries.length > 0 && <Entries entries={page.data.entries} />}
      <div class="row">
        {before !== '' && (
          <button type="button" class="button quiet" onClick={() => go({ actor })}>
            Newest
          </button>
        )}
        {page.data && page.data.next !== null && (
          <button
            type="button"
            class="button quiet"
            onClick={() => go({ actor, before: String(page.data?.next) })}
          >
            Older
          </button>
        )}
      </div>
    </Page>
  );
}

function Entries({ entries }: { entries: readonly AuditEntryView[] }) {
  return (
    <ScrollBox label="Entries">
      <table class="audit">
        <thead>
          <tr>
            <th scope="col" class="number">
              No.
            </th>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">Act</th>
            <th scope="col">On</th>
            <th scope="col">Detail</th>
            <th scope="col">Hash</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((one) => (
            <tr key={one.n}>
              <td class="number">{one.n}</td>
              <td>{formatDateTime(one.atMs)}</td>
              <td class="mono">{one.actor}</td>
              <td>{one.act.replaceAll('_', ' ')}</td>
              <td class="mono">{one.subject}</td>
              <td class="small">
                {Object.entries(one.detail)
                  .map(([name, value]) => `${name} ${value}`)
                  .join(', ')}
              </td>
              <td class="mono soft" title={one.hash}>
                {one.hash.slice(0, 8)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
