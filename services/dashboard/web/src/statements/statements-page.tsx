import { useState } from 'preact/hooks';
import type { Facets } from '../../../src/api/decisions.js';
import { Failure } from '../design/notices.js';
import { Page } from '../design/page.js';
import { useResource } from '../http/use-resource.js';

const DAY_MS = 86_400_000;
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** For leads: statements of reasons of a tenant's blocked and restricted items, to download. */
export function StatementsPage() {
  const facets = useResource<Facets>('/api/v1/facets');
  const [tenant, setTenant] = useState('');
  const [from, setFrom] = useState(() => dayOf(Date.now() - DAY_MS));
  const [to, setTo] = useState(() => dayOf(Date.now()));
  const tenants = facets.data?.tenants ?? [];
  const chosen = tenant || (tenants[0] ?? '');
  const isWhole = chosen !== '' && from !== '' && to !== '' && from <= to;
  return (
    <Page title="Statements">
      {facets.error !== undefined && <Failure error={facets.error} retry={facets.reload} />}
      <section class="card stack" aria-label="Export">
        <p>
          Statements of reasons for items that were blocked or restricted, one JSON a line, in the shape that{' '}
          <code>docs/statements-of-reasons.md</code> describes. Each export is in the audit log.
        </p>
        <div class="row">
          <div class="field">
            <label for="statements-tenant">Tenant</label>
            <select
              id="statements-tenant"
              class="input"
              value={chosen}
              onChange={(event) => setTenant(event.currentTarget.value)}
            >
              {tenants.map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </select>
          </div>
          <Day id="statements-from" label="From (UTC)" value={from} change={setFrom} />
          <Day id="statements-to" label="To, that day included" value={to} change={setTo} />
        </div>
        {isWhole ? (
          <div>
            <a
              class="button primary"
              href={`/api/v1/statements?${new URLSearchParams({ tenant: chosen, from, to })}`}
              download
            >
              Download
            </a>
          </div>
        ) : (
          <p class="soft">Choose a tenant, and a first day that is not behind the last.</p>
        )}
      </section>
    </Page>
  );
}

interface DayProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly change: (day: string) => void;
}

function Day({ id, label, value, change }: DayProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input"
        type="date"
        value={value}
        onInput={(event) => change(event.currentTarget.value)}
      />
    </div>
  );
}
