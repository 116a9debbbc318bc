import {
  ContentRef,
  derivedPartId,
  type ExpectedPart,
  findModality,
  type HeadSetRef,
  type JoinRecord,
  MAX_INLINE_TEXT_BYTES,
  type PartFailed,
  type PolicyRef,
  RawPart,
} from '@tercet/contracts';
import { type CheckedPart, isFailure, type PartContent, type ValidItem } from '@tercet/items';

/** A deriver that the deployment runs: of each part of a modality it makes a text part. */
export interface Deriver {
  /** Modality of the parts that it reads. */
  readonly source: string;
  /** Last piece of the derived parts' ids, such as `ocr`. */
  readonly suffix: string;
}

/** What is decided before an item is opened, pinned in its opening. */
export interface Pins {
  readonly policy: PolicyRef;
  readonly headSet: HeadSetRef;
  /** Whose parts the item waits for: those of the deployment that the policy does not turn off. */
  readonly derivers: readonly Deriver[];
  /** Window of items that name none. */
  readonly defaultWindowMs: number;
}

/** Everything that intake does for one item. */
export interface ItemPlan {
  /** Carries ItemOpened. */
  readonly opened: JoinRecord;
  readonly windowMs: bigint;
  /** Work for the encoders; the deadline is not known yet. */
  readonly parts: readonly RawPart[];
  /** Each carries a PartFailed. */
  readonly failures: readonly JoinRecord[];
  /** What came inline, for the content store. */
  readonly contents: readonly Uint8Array[];
}

/**
 * Plans an item: its opening with every part, work for the usable ones, a failure for each other. From a part that failed
 * here nothing is derived, so nothing is waited for.
 */
export function planItem(item: Extract<ValidItem, { operation: 'moderate' }>, pins: Pins): ItemPlan {
  const { key: itemKey, version } = item;
  const windowMs = item.windowMs === 0n ? BigInt(pins.defaultWindowMs) : item.windowMs;
  const parts: RawPart[] = [];
  const failures: JoinRecord[] = [];
  const contents: Uint8Array[] = [];
  for (const part of item.parts) {
    const { partId, modality, content } = part;
    if (isFailure(content)) {
      const value: PartFailed = { partId, modality, code: content.code, detail: content.detail };
      failures.push({ itemKey, version, body: { $case: 'partFailed', value } });
      continue;
    }
    if (content.kind !== 'uri') contents.push(content.bytes);
    const { mediaType, language } = part;
    const ref = contentRef(content);
    const derive = suffixesFor(part, pins.derivers);
    parts.push(
      RawPart.fromPartial({ itemKey, version, partId, modality, mediaType, language, content: ref, derive }),
    );
  }
  const opened: JoinRecord = {
    itemKey,
    version,
    body: {
      $case: 'itemOpened',
      value: {
        parts: item.parts.flatMap((part) => [expectedPart(part), ...derivedParts(part, pins.derivers)]),
        context: item.context,
        policy: pins.policy,
        headSet: pins.headSet,
        windowMs,
      },
    },
  };
  return { opened, windowMs, parts, failures, contents };
}

/** The work of a plan once its opening lies in the log. */
export function datedParts(plan: ItemPlan, openedAtMs: bigint): RawPart[] {
  return plan.parts.map((part) => ({ ...part, deadlineMs: openedAtMs + plan.windowMs }));
}

function expectedPart(part: CheckedPart) {
  const { partId, modality, mediaType, language, content } = part;
  const where = isFailure(content)
    ? { sha256: '', sizeBytes: 0n, uri: '' }
    : {
        sha256: content.sha256,
        sizeBytes: content.kind === 'uri' ? 0n : BigInt(content.bytes.length),
        uri: content.kind === 'uri' ? content.uri : `sha256:${content.sha256}`,
      };
  return { partId, modality, mediaType, language, sourcePartId: '', ...where };
}

function suffixesFor({ modality, content }: CheckedPart, derivers: readonly Deriver[]): string[] {
  if (isFailure(content)) return [];
  return derivers.filter(({ source }) => source === modality).map(({ suffix }) => suffix);
}

function derivedParts(part: CheckedPart, derivers: readonly Deriver[]): ExpectedPart[] {
  return suffixesFor(part, derivers).map((suffix) => ({
    partId: derivedPartId(part.partId, suffix),
    modality: 'text',
    mediaType: findModality('text')?.defaultMediaType ?? '',
    sha256: '',
    sizeBytes: 0n,
    language: part.language,
    sourcePartId: part.partId,
    uri: '',
  }));
}

function contentRef(content: PartContent): ContentRef {
  const { sha256 } = content;
  if (content.kind === 'uri') {
    // The content store is where a content without an address lies.
    const uri = content.uri.startsWith('sha256:') ? '' : content.uri;
    return ContentRef.fromPartial({ sha256, uri });
  }
  const ref = ContentRef.fromPartial({ sha256, sizeBytes: BigInt(content.bytes.length) });
  const small = content.kind === 'text' && content.bytes.length <= MAX_INLINE_TEXT_BYTES;
  return small ? { ...ref, inlineText: content.text } : ref;
}
