import { asTercetError, type ContentStore, isSha256 } from '@tercet/kit';
import { normaliseText } from '@tercet/models/normalise';
import { signContent } from '../access/content-token.js';
import type { ContentView } from '../api/items.js';
import type { KnownPart } from './part-views.js';

export interface ContentAsker {
  readonly sessionId: string;
  readonly itemKey: string;
  /** Whether this person may see this item's content at all. */
  readonly mayView: boolean;
  readonly erased: boolean;
}

/** A content URL's life; the page asks again by being loaded again. */
const RIGHT_MS = 55_000;
/** Of longer texts the page shows none; the URL gives the whole. */
const MAX_TEXT_BYTES = 256 * 1024;

/** What may be shown of a part: a short right to its bytes and, of text, the text that spans count in. */
export async function contentView(
  part: KnownPart,
  asker: ContentAsker,
  store: ContentStore,
  nowMs: number,
): Promise<ContentView> {
  if (!asker.mayView) return { state: 'withheld' };
  if (asker.erased) return { state: 'erased' };
  const isKept = isSha256(part.sha256) && (await store.has(part.sha256));
  if (!isKept && part.isUpstreams) return { state: 'external' };
  if (!isKept) return { state: isSha256(part.sha256) ? 'expired' : 'none' };
  const expiresAtMs = nowMs + RIGHT_MS;
  const mediaType = part.modality === 'text' ? 'text/plain' : '*/*';
  const token = signContent(asker.sessionId, {
    sha256: part.sha256,
    mediaType,
    itemKey: asker.itemKey,
    partId: part.partId,
    expiresAtMs,
  });
  const text = part.modality === 'text' ? await readText(part.sha256, store) : null;
  return { state: 'available', url: `/content/${token}`, expiresAtMs, text };
}

/** Null where it is too long for a page or is no text. */
async function readText(sha256: string, store: ContentStore): Promise<string | null> {
  try {
    return normaliseText(await store.get(sha256, MAX_TEXT_BYTES));
  } catch (error) {
    const known = asTercetError(error);
    if (known.kind === 'InvalidInput') return null;
    throw known;
  }
}
