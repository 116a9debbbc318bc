import type { Broker } from 'kafkajs';
import type { TopicPartition } from './port.js';

interface Addition {
  readonly transactionalId: string;
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
}

interface End extends Omit<Addition, 'topics'> {
  readonly transactionResult: boolean;
}

/** Of kafkajs' broker what a transaction asks of its coordinator. */
export interface TransactionCoordinator {
  addPartitionsToTxn(request: Addition): Promise<unknown>;
  endTxn(request: End): Promise<unknown>;
}

/** Not used for so long, a transaction is ended again: well below the time after which its coordinator would, and fence. */
const UNUSED_MS = 5_000;

interface Ahead {
  readonly answer: Promise<unknown>;
  readonly forget: NodeJS.Timeout;
}

/**
 * Adds the partition to the next transaction before kafkajs does, which asks for that only once it has the records, and waits.
 * What kafkajs asks for then is answered by what was asked for already; if that failed, it is asked for once more.
 */
export class TransactionAhead {
  #coordinator: TransactionCoordinator | undefined;
  #add: ((request: Addition) => Promise<unknown>) | undefined;
  /** kafkajs' last request: id and epoch stay as they are for the producer's life. */
  #last: Addition | undefined;
  #ahead: Ahead | undefined;
  #ending: Promise<unknown> = Promise.resolve();
  #closed = false;
  readonly #observed = new WeakSet<object>();

  /** @param place by its full name. */
  constructor(private readonly place: TopicPartition) {}

  /** Is told of the coordinator whenever kafkajs has found it. */
  readonly observe = (found: Broker): void => {
    const coordinator = found as unknown as TransactionCoordinator;
    if (!this.#observed.has(coordinator)) {
      this.#observed.add(coordinator);
      const add = coordinator.addPartitionsToTxn.bind(coordinator);
      coordinator.addPartitionsToTxn = (request) => this.#added(request, add);
    }
    if (this.#coordinator !== coordinator) this.#last = undefined;
    this.#coordinator = coordinator;
  };

  /** Nothing comes of it before the first transaction, after a move of the coordinator, or while one is under way already. */
  announce(): void {
    if (this.#closed || this.#ahead || !this.#last || !this.#add) return;
    const answer = this.#ending.then(() => this.#add?.(this.#last as Addition));
    answer.catch(() => undefined);
    this.#ahead = { answer, forget: setTimeout(() => this.#end(), UNUSED_MS).unref() };
  }

  /** What was announced is left to the next producer of the id, or to the coordinator. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#ahead?.forget);
    this.#ahead = undefined;
  }

  async #added(request: Addition, add: (request: Addition) => Promise<unknown>): Promise<unknown> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    clearTimeout(ahead?.forget);
    await this.#ending;
    if (ahead && this.#isAhead(request)) {
      try {
        return await ahead.answer;
      } catch {
        // The transaction before may not have been ended yet; kafkajs knows which errors to try again after.
      }
    }
    const answer = await add(request);
    this.#last = request;
    this.#add = add;
    return answer;
  }

  #isAhead({ topics, producerId, producerEpoch }: Addition): boolean {
    const [only] = topics;
    return (
      topics.length === 1 &&
      only?.topic === this.place.topic &&
      only.partitions.length === 1 &&
      only.partitions[0] === this.place.partition &&
      producerId === this.#last?.producerId &&
      producerEpoch === this.#last.producerEpoch
    );
  }

  /** Nothing was written within it; if this fails too, the coordinator ends it. */
  #end(): void {
    const { answer } = this.#ahead ?? {};
    const coordinator = this.#coordinator;
    this.#ahead = undefined;
    if (!answer || !coordinator || !this.#last) return;
    const { transactionalId, producerId, producerEpoch } = this.#last;
    this.#ending = answer
      .then(() =>
        coordinator.endTxn({ transactionalId, producerId, producerEpoch, transactionResult: false }),
      )
      .catch(() => undefined);
  }
}
