import type { Decision } from '@tercet/contracts';
import type { ContentView, PartView } from '../api/items.js';
import type { StoredPart } from '../ingest/read-record.js';
import type { ItemRows, PartDetailRow } from './item-rows.js';

/** A part before its content was looked for: `sha256` names it in the content store, empty where it is not kept. */
export interface KnownPart extends Omit<PartView, 'content'> {
  readonly sha256: string;
  /** True where upstream gave an address of its own. */
  readonly isUpstreams: boolean;
}

/**
 * Every part that the opening expected and the decision names, in the manifest's order: what it was, what came of it,
 * and where its content is.
 */
export function knownParts(rows: ItemRows, message: Decision | undefined): KnownPart[] {
  const expected = rows.opening?.parts ?? [];
  const named = [...(message?.partsUsed ?? []), ...(message?.partsMissing ?? [])];
  const ids = [...new Set([...expected.map((part) => part.partId), ...named.map((part) => part.partId)])];
  return ids.map((partId) => {
    const manifest = expected.find((part) => part.partId === partId);
    const outcome = rows.parts.find((part) => part.part_id === partId);
    return knownPart(partId, manifest, outcome, message);
  });
}

function knownPart(
  partId: string,
  manifest: StoredPart | undefined,
  outcome: PartDetailRow | undefined,
  message: Decision | undefined,
): KnownPart {
  const used = message?.partsUsed.find((part) => part.partId === partId);
  const missing = message?.partsMissing.find((part) => part.partId === partId);
  const derivation = outcome?.derivation ?? null;
  // A manifest's own hash first: the bytes that upstream gave. Derived text is known by its reader's record.
  const sha256 = manifest?.sha256 || used?.sha256 || outcome?.sha256 || '';
  const modality = manifest?.modality ?? used?.modality ?? missing?.modality ?? '';
  const sourcePartId = manifest?.sourcePartId || used?.derivation?.sourcePartId || '';
  return {
    partId,
    modality,
    mediaType: manifest?.mediaType || (modality === 'text' ? 'text/plain' : ''),
    language: used?.language || outcome?.language || manifest?.language || '',
    state: stateOf(used !== undefined, missing?.state, outcome),
    code: missing?.code ?? '',
    sourcePartId,
    confidence: derivation?.confidence ?? used?.derivation?.confidence ?? null,
    found: derivation?.spans ?? [],
    sha256,
    isUpstreams: /^(https|s3):/.test(manifest?.uri ?? ''),
  };
}

function stateOf(
  used: boolean,
  missing: string | undefined,
  outcome: PartDetailRow | undefined,
): PartView['state'] {
  if (used) return 'used';
  if (missing === 'empty' || missing === 'failed' || missing === 'unusable') return missing;
  return outcome?.embedded_at_ms != null && missing === undefined ? 'used' : 'pending';
}

/** The page's view of a part: of restricted and withheld content not even the stretches that were found. */
export function partView(part: KnownPart, content: ContentView): PartView {
  const { sha256: _, isUpstreams: __, ...view } = part;
  return content.state === 'withheld' ? { ...view, content, found: [] } : { ...view, content };
}
