interface ItemName {
  readonly tenant: string;
  readonly itemId: string;
}

/** Address of an item's page; with a revision, of that one instead of the latest. */
export function itemPath(item: ItemName, revision?: { version: number; revision: number }): string {
  const path = `/items/${encodeURIComponent(item.tenant)}/${encodeURIComponent(item.itemId)}`;
  return revision ? `${path}?version=${revision.version}&revision=${revision.revision}` : path;
}

export const itemApiPath = (item: ItemName): string => `/api/v1${itemPath(item)}`;
