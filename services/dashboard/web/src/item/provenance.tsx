import type { ItemPage } from '../../../src/api/items.js';
import { formatCount } from '../design/format.js';

/** What can be looked up elsewhere: context, policy, models, trace, and the record as it is on Kafka. */
export function Provenance({ page }: { page: ItemPage }) {
  const { decision, context } = page;
  return (
    <section class="card" aria-labelledby="provenance">
      <h2 id="provenance">Made by</h2>
      <dl class="facts">
        {context && (
          <>
            <dt>Author</dt>
            <dd class="mono">{context.authorId || '—'}</dd>
            <dt>Where</dt>
            <dd>{[context.surface, context.locale].filter((one) => one !== '').join(' · ') || '—'}</dd>
            <dt>Reach</dt>
            <dd>{formatCount(context.reach)}</dd>
            <dt>Reports</dt>
            <dd>{formatCount(context.reports)}</dd>
          </>
        )}
        <dt>Policy</dt>
        <dd>
          {decision.policyId} {decision.policyVersion && `version ${decision.policyVersion}`}
        </dd>
        {page.headSet && (
          <>
            <dt>Heads</dt>
            <dd>
              {page.headSet.id} <Digest hex={page.headSet.digest} />
            </dd>
          </>
        )}
        <dt>Models</dt>
        <dd>
          {page.models.length === 0 && '—'}
          {page.models.map((model) => (
            <p key={model.digest}>
              {model.name} {model.version} <Digest hex={model.digest} />
            </p>
          ))}
        </dd>
        <dt>Decision</dt>
        <dd class="mono">{decision.decisionId}</dd>
        {page.traceId !== null && (
          <>
            <dt>Trace</dt>
            <dd class="mono">
              {page.traceUrl === null ? page.traceId : <a href={page.traceUrl}>{page.traceId}</a>}
            </dd>
          </>
        )}
      </dl>
      <details>
        <summary>The record as JSON</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
        <pre class="record" tabIndex={0}>
          {JSON.stringify(page.raw, null, 2)}
        </pre>
      </details>
    </section>
  );
}

function Digest({ hex }: { hex: string }) {
  return (
    <code class="soft" title={hex}>
      {hex.slice(0, 12)}
    </code>
  );
}
