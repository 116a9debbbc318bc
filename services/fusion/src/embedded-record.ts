import type { PutBody, PutRecord } from '@tercet/join-state';
import { packPayload, type StoredPayload } from './stored-payload.js';
import { packTrace, unpackTrace } from './trace-header.js';

type Embedded = Omit<Extract<PutRecord, { kind: 'embedded' }>, 'payload'>;

/** A part's vectors as the state takes them. Its payload is made once it is asked for: an item that is whole as it is read is decided without. */
export class EmbeddedRecord implements Embedded {
  readonly kind = 'embedded' satisfies PutBody['kind'];
  readonly itemKey: string;
  readonly version: bigint;
  readonly offset: bigint;
  readonly timeMs: number;
  readonly partId: string;
  readonly digest: string;
  private packed: Uint8Array | undefined;

  constructor(
    { itemKey, version, offset, timeMs, partId, digest }: Omit<Embedded, 'kind'>,
    private readonly traceparent: Uint8Array | undefined,
    private readonly body: Uint8Array,
  ) {
    this.itemKey = itemKey;
    this.version = version;
    this.offset = offset;
    this.timeMs = timeMs;
    this.partId = partId;
    this.digest = digest;
    this.packed = undefined;
  }

  get payload(): Uint8Array {
    this.packed ??= packPayload(this.kind, this.offset, this.traceparent, this.body);
    return this.packed;
  }

  /** What unpacking the payload answers. */
  get stored(): StoredPayload {
    const { kind, offset, traceparent, body } = this;
    return { kind, offset, trace: traceparent && unpackTrace(packTrace(traceparent)), body };
  }
}
