import type { OutgoingRecord } from '@tercet/bus';
import {
  ContentRef,
  type DerivedSpan,
  derivedPartId,
  findModality,
  MAX_INLINE_TEXT_BYTES,
  type ModelRef,
  RawPart,
  SpanUnit,
} from '@tercet/contracts';
import { BugError, type ContentStore, sha256Hex } from '@tercet/kit';
import type { Derived, Derives } from '../modality.js';

/**
 * The part that was read from another one, as work for its own encoder: with the item, version and deadline of its source
 * and the way back to it. The text lies in the content store as upstream's does, and small text travels along too.
 * @param readBy the deriver's models.
 * @throws UnavailableError where the store does not answer.
 */
export async function derivedRecord(
  source: RawPart,
  derived: Derived,
  { suffix, modality }: Derives,
  readBy: readonly ModelRef[],
  store: Pick<ContentStore, 'put'>,
  signal: AbortSignal,
): Promise<OutgoingRecord> {
  check(derived);
  const row = findModality(modality);
  if (!row) throw new BugError(`${modality} is no row of the modality table`);
  const { text, confidence, language, spans, truncated } = derived;
  const bytes = Buffer.from(text, 'utf8');
  await store.put(bytes, signal);
  const part = RawPart.fromPartial({
    itemKey: source.itemKey,
    version: source.version,
    partId: derivedPartId(source.partId, suffix),
    modality,
    mediaType: row.defaultMediaType,
    content: ContentRef.fromPartial({
      sha256: sha256Hex(bytes),
      sizeBytes: BigInt(bytes.length),
      ...(bytes.length <= MAX_INLINE_TEXT_BYTES ? { inlineText: text } : {}),
    }),
    deadlineMs: source.deadlineMs,
    language: language === '' ? source.language : language,
    derivation: {
      sourcePartId: source.partId,
      kind: suffix,
      confidence,
      spans: spans.map(withinPicture),
      truncated: [...truncated],
    },
    readBy: [...readBy].sort((a, b) => (a.digest < b.digest ? -1 : 1)),
  });
  return { topic: row.topic, key: source.itemKey, value: RawPart.encode(part).finish() };
}

/** Holds a deriver to its contract, so that no span ever points past the text or a confidence past 1. */
function check({ text, confidence, spans }: Derived): void {
  if (text.trim() === '') throw new BugError('a deriver gave a blank text, which is an empty part');
  if (text !== text.normalize('NFC')) throw new BugError('a derived text is not in Unicode form C');
  if (!isShare(confidence)) throw new BugError(`a derived text has the confidence ${confidence}`);
  const length = BigInt([...text].length);
  for (const span of spans) checkSpan(span, length);
}

function checkSpan({ text, evidence }: DerivedSpan, length: bigint): void {
  const inText =
    text?.unit === SpanUnit.CODE_POINT && text.start >= 0n && text.start <= text.end && text.end <= length;
  if (!inText) throw new BugError('a derived span lies outside its text');
  if (!evidence || !isShare(evidence.confidence))
    throw new BugError('a derived span has no evidence or a confidence outside 0..1');
}

/** A line at the edge may be found a little beyond it. */
function withinPicture(span: DerivedSpan): DerivedSpan {
  const box = span.evidence?.box;
  if (!span.evidence || !box) return span;
  const corners = box.corners.map(({ x, y }) => ({ x: share(x), y: share(y) }));
  return { ...span, evidence: { ...span.evidence, box: { corners } } };
}

const share = (value: number): number => Math.min(1, Math.max(0, value));

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}
