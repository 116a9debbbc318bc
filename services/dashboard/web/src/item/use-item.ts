import { useEffect, useState } from 'preact/hooks';
import type { DecisionSummary } from '../../../src/api/decisions.js';
import type { ItemPage } from '../../../src/api/items.js';
import { openEventStream } from '../http/event-stream.js';
import { type Resource, useResource } from '../http/use-resource.js';
import { itemApiPath } from './item-path.js';

interface ItemName {
  readonly tenant: string;
  readonly itemId: string;
}

/** An item's page, and the newest revision that the feed has told of since; `search` names an older one (`?version=...`). */
export function useItem(
  item: ItemName | null,
  search = '',
): Resource<ItemPage> & { newer?: DecisionSummary } {
  const resource = useResource<ItemPage>(item ? itemApiPath(item) + search : null);
  const [told, setTold] = useState<DecisionSummary>();
  const { data } = resource;
  const name = item ? `${item.tenant}/${item.itemId}` : '';
  const after = data?.history[0]?.seq ?? data?.decision.seq;
  const following = data !== undefined;

  // Followed from what was on the page when it came; later pages only move what counts as newer, and open no new stream.
  useEffect(() => {
    if (!item || !following) return;
    const query = new URLSearchParams({ tenant: item.tenant, item: item.itemId });
    return openEventStream({
      url: (last) => `/api/v1/decisions/stream?after=${last || after}&${query}`,
      on: {
        decision: (batch) => {
          // The filter is a prefix of the id.
          const own = (batch as DecisionSummary[]).filter((row) => row.itemId === item.itemId);
          const last = own.at(-1);
          if (last) setTold(last);
        },
      },
    });
  }, [name, following]);

  const newer =
    told && after !== undefined && told.itemId === item?.itemId && told.seq > after ? told : undefined;
  return { ...resource, ...(newer ? { newer } : {}) };
}
