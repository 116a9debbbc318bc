import { useEffect } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { Failure, Loading } from '../design/notices.js';
import { Page } from '../design/page.js';
import { GoldenForm } from '../quality/golden-form.js';
import { hasRole } from '../session/session.js';
import { itemPath } from './item-path.js';
import { ItemView } from './item-view.js';
import { Preservation } from './preservation.js';
import { useItem } from './use-item.js';

/** The page of one item: the latest revision, which renews itself, or an older one by its address. */
export function ItemRoute() {
  const { params } = useRoute();
  const { query } = useLocation();
  const item = { tenant: params['tenant'] ?? '', itemId: params['itemId'] ?? '' };
  const older = query['version'] !== undefined;
  const search = older ? `?version=${query['version']}&revision=${query['revision'] ?? ''}` : '';
  const { data: page, error, reload, newer } = useItem(item, search);
  const newerSeq = newer?.seq;
  useEffect(() => {
    if (newerSeq !== undefined && !older) reload();
  }, [newerSeq, older, reload]);
  const latest = page?.history[0];
  const isLatest = !latest || latest.seq === page.decision.seq;
  return (
    <Page
      title={`${item.tenant}/${item.itemId}`}
      head={
        page?.openCase &&
        hasRole('reviewer') && (
          <a
            class="button primary push"
            href={`/queues/${encodeURIComponent(page.openCase.queue)}?case=${encodeURIComponent(page.openCase.id)}`}
          >
            {page.openCase.claimedBy === null ? 'Open the case' : 'See the case'}
          </a>
        )
      }
    >
      {error !== undefined && <Failure error={error} retry={reload} />}
      {!page && error === undefined && <Loading what="the item" />}
      {page && !isLatest && (
        <div class="notice warn">
          <p>
            This is version {page.decision.version}, revision {page.decision.revision}. The latest is version{' '}
            {latest.version}, revision {latest.revision}.
          </p>
          <a class="button slim" href={itemPath(item)}>
            Go to the latest
          </a>
        </div>
      )}
      {page?.preservation && <Preservation of={page.preservation} changed={reload} />}
      {page && <ItemView page={page} renew={reload} />}
      {page && hasRole('lead') && page.decision.status === 'decided' && !page.decision.restricted && (
        <GoldenForm key={page.decision.decisionId} decision={page.decision} />
      )}
    </Page>
  );
}
