import { FrameHeads, readEndAnswer, readTransactionalRequest } from './kafka-frames.js';
import type { Tap } from './tcp-proxy.js';

/** An acknowledged commit. */
export interface CommitSeen {
  readonly transactionalId: string;
  /** Milliseconds since the epoch: when the request passed, and when its answer did. */
  readonly askedMs: number;
  readonly acknowledgedMs: number;
}

/** A fence writes one small record; decisions are larger. */
const DECISIONS_BYTES = 600;

/** Watches the transactions of one process on its way to Kafka. */
export class TransactionWatch {
  readonly commits: CommitSeen[] = [];
  #onSend: (() => void) | undefined;

  /** Calls once, when the next decisions were sent and before anything behind them can be. Undefined: not any more. */
  onNextSend(call: (() => void) | undefined): void {
    this.#onSend = call;
  }

  /** For each connection of the process. */
  readonly tap = (): Tap => {
    const ending = new Map<number, { transactionalId: string; askedMs: number }>();
    const requests = new FrameHeads((head, frameBytes) => {
      const request = readTransactionalRequest(head, frameBytes);
      if (request?.kind === 'produce' && request.frameBytes >= DECISIONS_BYTES) {
        const call = this.#onSend;
        this.#onSend = undefined;
        call?.();
      }
      if (request?.kind === 'end' && request.isCommit) {
        const { transactionalId, correlationId } = request;
        ending.set(correlationId, { transactionalId, askedMs: Date.now() });
      }
    });
    const answers = new FrameHeads((head) => {
      // Answers of one connection come in the order of its requests; most are of no interest.
      if (ending.size === 0) return;
      const { correlationId, errorCode } = readEndAnswer(head);
      const asked = ending.get(correlationId);
      ending.delete(correlationId);
      if (asked && errorCode === 0) this.commits.push({ ...asked, acknowledgedMs: Date.now() });
    });
    return { toServer: (bytes) => requests.push(bytes), toClient: (bytes) => answers.push(bytes) };
  };
}
