import type { SpanContext } from '@opentelemetry/api';
import { type ItemOpened, PartEmbedded, PartEmpty, PartFailed } from '@tercet/contracts';
import type { StoredPart } from '@tercet/join-state';
import type { HeadSet, PartOutcome, PartState } from '@tercet/policy';
import { type StoredPayload, unpackPayload } from './stored-payload.js';

/** What came of each expected part, in the manifest's order, and the traces that the records came with. */
export function readParts(
  opened: ItemOpened,
  stored: readonly StoredPart[],
  headSet: HeadSet | undefined,
  pendingCode: 'timeout' | 'overload',
): { readonly parts: PartState[]; readonly traces: SpanContext[] } {
  const traces: SpanContext[] = [];
  const byPart = new Map<string, StoredPayload[]>();
  for (const part of stored) {
    const payload = unpackPayload(part.payload);
    if (payload.trace) traces.push(payload.trace);
    const known = byPart.get(part.partId);
    if (known) known.push(payload);
    else byPart.set(part.partId, [payload]);
  }
  const parts = opened.parts.map((part) => ({
    part,
    outcome: outcomeOf(byPart.get(part.partId) ?? [], headSet, pendingCode),
  }));
  return { parts, traces };
}

function outcomeOf(
  payloads: readonly StoredPayload[],
  headSet: HeadSet | undefined,
  pendingCode: 'timeout' | 'overload',
): PartOutcome {
  const inLogOrder =
    payloads.length < 2 ? payloads : [...payloads].sort((a, b) => (a.offset < b.offset ? -1 : 1));
  const embedded = inLogOrder
    .filter((payload) => payload.kind === 'embedded')
    .map((payload) => PartEmbedded.decode(payload.body));
  // Two encoders may serve at once: the first vectors that the pinned heads know, else the first.
  const record = embedded.find((part) => isKnown(part, headSet)) ?? embedded[0];
  if (record) return { kind: 'embedded', record };
  const other = inLogOrder[0];
  if (other === undefined) return { kind: 'pending', code: pendingCode };
  return other.kind === 'empty'
    ? { kind: 'empty', record: PartEmpty.decode(other.body) }
    : { kind: 'failed', record: PartFailed.decode(other.body) };
}

function isKnown(part: PartEmbedded, headSet: HeadSet | undefined): boolean {
  return part.embeddings.some(({ model }) => headSet?.modelDigests.has(model?.digest ?? '') === true);
}
