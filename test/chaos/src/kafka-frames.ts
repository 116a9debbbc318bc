// What the bytes between a service and its broker say, as far as a fault needs it: the heads of Kafka's frames.
// The protocol: https://kafka.apache.org/protocol.html (request header v1, response header v0).

/** Enough for the header and the transactional id that follows it. */
const HEAD_BYTES = 256;
const PRODUCE = 0;
const END_TXN = 26;

/** Cuts a stream of length-prefixed frames and hands over the first bytes of each, its length included. */
export class FrameHeads {
  #partial: Buffer = Buffer.alloc(0);
  #skip = 0;

  constructor(private readonly onFrame: (head: Buffer, frameBytes: number) => void) {}

  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, rest.length);
        this.#skip -= skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      const head: Buffer = this.#partial.length === 0 ? rest : Buffer.concat([this.#partial, rest]);
      const frameBytes = head.length < 4 ? 4 : 4 + head.readInt32BE(0);
      const wanted = Math.min(frameBytes, HEAD_BYTES);
      if (head.length < 4 || head.length < wanted) {
        // A copy: the chunk belongs to the socket.
        this.#partial = Buffer.from(head);
        return;
      }
      const fromRest = wanted - this.#partial.length;
      this.#partial = Buffer.alloc(0);
      this.#skip = frameBytes - wanted;
      rest = rest.subarray(fromRest);
      this.onFrame(head.subarray(0, wanted), frameBytes);
    }
  }
}

/** A request of a transactional producer. */
export type TransactionalRequest =
  | { readonly kind: 'produce'; readonly transactionalId: string; readonly frameBytes: number }
  | {
      readonly kind: 'end';
      readonly transactionalId: string;
      readonly correlationId: number;
      readonly isCommit: boolean;
    };

/** Reads the head of a request; undefined for what no transaction sends. */
export function readTransactionalRequest(head: Buffer, frameBytes: number): TransactionalRequest | undefined {
  if (head.length < 14) return undefined;
  const api = head.readInt16BE(4);
  if (api !== PRODUCE && api !== END_TXN) return undefined;
  const id = readString(head, 14 + Math.max(0, head.readInt16BE(12)));
  if (id === undefined) return undefined;
  const { text: transactionalId, end } = id;
  if (api === PRODUCE) return { kind: 'produce', transactionalId, frameBytes };
  // Behind the id: producer id (8 bytes), epoch (2), and whether to commit.
  const isCommit = end + 10 < head.length && head.readInt8(end + 10) === 1;
  return { kind: 'end', transactionalId, correlationId: head.readInt32BE(8), isCommit };
}

/** Correlation id and, of EndTxn, the error code behind the throttle time. */
export function readEndAnswer(head: Buffer): { readonly correlationId: number; readonly errorCode: number } {
  return { correlationId: head.readInt32BE(4), errorCode: head.length >= 14 ? head.readInt16BE(12) : 0 };
}

function readString(bytes: Buffer, at: number): { text: string; end: number } | undefined {
  if (at + 2 > bytes.length) return undefined;
  const length = bytes.readInt16BE(at);
  const end = at + 2 + length;
  return length < 0 || end > bytes.length ? undefined : { text: bytes.toString('utf8', at + 2, end), end };
}
