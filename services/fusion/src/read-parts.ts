import type { SpanContext } from '@opentelemetry/api';
import {
  type ItemOpened,
  type PartEmbedded,
  PartEmpty,
  PartFailed,
  readPartEmbedded,
} from '@tercet/contracts';
import type { StoredPart } from '@tercet/join-state';
import type { HeadSet, PartOutcome, PartState } from '@tercet/policy';
import { EmbeddedRecord } from './embedded-record.js';
import { type StoredPayload, unpackPayload } from './stored-payload.js';

/** What came of each expected part, in the manifest's order, and the traces that the records came with. */
export function readParts(
  opened: ItemOpened,
  stored: readonly StoredPart[],
  headSet: HeadSet | undefined,
  pendingCode: 'timeout' | 'overload',
): { readonly parts: PartState[]; readonly traces: SpanContext[] } {
  const traces: SpanContext[] = [];
  const byPart = new Map<string, StoredPayload | StoredPayload[]>();
  for (const part of stored) {
    const payload = part instanceof EmbeddedRecord ? part.stored : unpackPayload(part.payload);
    if (payload.trace) traces.push(payload.trace);
    const known = byPart.get(part.partId);
    if (known === undefined) byPart.set(part.partId, payload);
    else if (Array.isArray(known)) known.push(payload);
    else byPart.set(part.partId, [known, payload]);
  }
  const parts = opened.parts.map((part): PartState => {
    const came = byPart.get(part.partId);
    if (came === undefined) return { part, outcome: { kind: 'pending', code: pendingCode } };
    return { part, outcome: Array.isArray(came) ? outcomeOfSeveral(came, headSet) : outcomeOf(came) };
  });
  return { parts, traces };
}

function outcomeOf({ kind, body }: StoredPayload): PartOutcome {
  if (kind === 'embedded') return { kind, record: readPartEmbedded(body) };
  return kind === 'empty'
    ? { kind, record: PartEmpty.decode(body) }
    : { kind: 'failed', record: PartFailed.decode(body) };
}

/** Two encoders may serve at once: the first vectors that the pinned heads know, else the first; else the first outcome. */
function outcomeOfSeveral(payloads: readonly StoredPayload[], headSet: HeadSet | undefined): PartOutcome {
  const inLogOrder = [...payloads].sort((a, b) => (a.offset < b.offset ? -1 : 1)).map(outcomeOf);
  const embedded = inLogOrder.filter((outcome) => outcome.kind === 'embedded');
  const first = inLogOrder[0];
  if (first === undefined) throw new RangeError('a part without payloads');
  return embedded.find(({ record }) => isKnown(record, headSet)) ?? embedded[0] ?? first;
}

function isKnown(part: PartEmbedded, headSet: HeadSet | undefined): boolean {
  return part.embeddings.some(({ model }) => headSet?.modelDigests.has(model?.digest ?? '') === true);
}
