import type { Bus, BusProducer, OutgoingRecord } from '@tercet/bus';
import { Review, ReviewKind, TOPIC } from '@tercet/contracts';
import { asTercetError, type Logger, UnavailableError } from '@tercet/kit';
import type { Database } from '../database/database.js';

const SEND_TIMEOUT_MS = 10_000;
const SWEEP_MS = 1_000;
const MAX_SWEPT = 100;
/** A review of another process, or of an earlier life of this one, is left to whoever took it for so long. */
const LEFT_MS = 2_000;

const KINDS: Readonly<Record<string, ReviewKind>> = {
  queue: ReviewKind.QUEUE,
  appeal: ReviewKind.APPEAL,
  second_opinion: ReviewKind.SECOND_OPINION,
};

interface UnsentRow {
  readonly review_id: string;
  readonly item_key: string;
  readonly version: string;
  readonly revision: number;
  readonly action: string;
  readonly modifiers: string[];
  readonly categories: string[];
  readonly reviewer_id: string;
  readonly kind: string;
  readonly note: string;
  readonly reviewed_at_ms: number;
}

/**
 * Sends reviews that were committed to the database, in the order in which they were made, until Kafka has acknowledged
 * them: a person's word survives a crash on either side. Sending one twice is harmless, its id is the same.
 */
export class ReviewOutbox implements AsyncDisposable {
  readonly #bus: Pick<Bus, 'producer'>;
  readonly #database: Database;
  readonly #logger: Logger;
  #producer: Promise<BusProducer> | undefined;
  #sending: Promise<void> | undefined;
  #isDirty = false;
  readonly #ours = new Set<string>();
  readonly #timer: NodeJS.Timeout;

  constructor(bus: Pick<Bus, 'producer'>, database: Database, logger: Logger) {
    this.#bus = bus;
    this.#database = database;
    this.#logger = logger;
    this.#timer = setInterval(() => this.#wake(), SWEEP_MS);
  }

  /** Sends a review that was just committed. */
  sendNow(reviewId: string): void {
    this.#ours.add(reviewId);
    this.#wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#sending;
    await this.#dropProducer();
  }

  #wake(): void {
    this.#isDirty = true;
    this.#sending ??= this.#drain().finally(() => {
      this.#sending = undefined;
    });
  }

  async #drain(): Promise<void> {
    while (this.#isDirty) {
      this.#isDirty = false;
      try {
        const sent = await this.#sendSome();
        if (sent === MAX_SWEPT) this.#isDirty = true;
      } catch (error) {
        this.#logger.warn('reviews wait to be sent', { error: asTercetError(error) });
        // Nobody waits for one that may hang.
        void this.#dropProducer();
        return;
      }
    }
  }

  async #sendSome(): Promise<number> {
    const asked = [...this.#ours];
    const rows = await this.#database.query<UnsentRow>(
      `SELECT review_id, item_key, version::text AS version, revision, action, modifiers, categories, reviewer_id, kind,
         note, reviewed_at_ms
       FROM reviews WHERE unsent AND (review_id = ANY($1::text[]) OR reviewed_at_ms < $2)
       ORDER BY reviewed_at_ms LIMIT ${MAX_SWEPT}`,
      [asked, Date.now() - LEFT_MS],
    );
    if (rows.length > 0) {
      await this.#sendInTime(rows.map(toRecord));
      await this.#database.query('UPDATE reviews SET unsent = false WHERE review_id = ANY($1::text[])', [
        rows.map((row) => row.review_id),
      ]);
    }
    // What is not among the rows was sent by another process, or is old enough to be found without its name.
    for (const id of asked) this.#ours.delete(id);
    return rows.length;
  }

  async #sendInTime(records: readonly OutgoingRecord[]): Promise<void> {
    this.#producer ??= this.#bus.producer();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new UnavailableError('broker_unavailable', `no answer within ${SEND_TIMEOUT_MS} ms`);
      timer = setTimeout(() => reject(error), SEND_TIMEOUT_MS);
    });
    try {
      await Promise.race([this.#producer.then((producer) => producer.send(records)), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** A producer is replaced after any send that failed. */
  async #dropProducer(): Promise<void> {
    const dropped = this.#producer;
    this.#producer = undefined;
    await dropped?.then((producer) => producer[Symbol.asyncDispose]()).catch(() => undefined);
  }
}

function toRecord(row: UnsentRow): OutgoingRecord {
  const review = Review.fromPartial({
    reviewId: row.review_id,
    itemKey: row.item_key,
    version: BigInt(row.version),
    revision: row.revision,
    action: row.action,
    modifiers: row.modifiers,
    categories: row.categories,
    reviewerId: row.reviewer_id,
    kind: KINDS[row.kind] ?? ReviewKind.QUEUE,
    note: row.note,
    reviewedAtMs: BigInt(row.reviewed_at_ms),
  });
  return { topic: TOPIC.reviews, key: row.item_key, value: Review.encode(review).finish() };
}
