import type { Bus, BusRecord, PartitionReader } from '@tercet/bus';
import { Decision, DecisionCause, DecisionStatus, JoinRecord, TOPIC } from '@tercet/contracts';
import { type Decided, type Opening, type PartSeen, versionId } from './ledger.js';

/** Takes what a reader reads. */
export interface LogSink {
  input(input: Opening | PartSeen): void;
  decision(decision: Decided): void;
}

/** Keeps everything, for the ledger. */
export class WholeLog implements LogSink {
  readonly inputs: (Opening | PartSeen)[] = [];
  readonly decisions: Decided[] = [];

  input(input: Opening | PartSeen): void {
    this.inputs.push(input);
  }

  decision(decision: Decided): void {
    this.decisions.push(decision);
  }
}

/** Reads `embeddings` and `decisions` from their starts, read_committed, each partition in log order. */
export class LogReader implements AsyncDisposable {
  readonly #next = new Map<string, bigint>();

  private constructor(
    private readonly reader: PartitionReader,
    private readonly partitions: number,
    private readonly sink: LogSink,
  ) {}

  static async open(bus: Bus, partitions: number, sink: LogSink): Promise<LogReader> {
    return new LogReader(await bus.reader('chaos-ledger'), partitions, sink);
  }

  /** Reads on to the present ends. Throws UnavailableError while Kafka is away; what was read stays. */
  async advance(): Promise<void> {
    for (const topic of [TOPIC.embeddings, TOPIC.decisions])
      await Promise.all(
        Array.from({ length: this.partitions }, (_, partition) => this.#read(topic, partition)),
      );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.reader[Symbol.asyncDispose]();
  }

  async #read(topic: string, partition: number): Promise<void> {
    const place = { topic, partition };
    const key = `${topic}/${partition}`;
    const position = await this.reader.readToEnd(place, this.#next.get(key) ?? 0n, (records) => {
      for (const record of records) {
        this.#take(topic, record);
        // So that a read that fails halfway counts nothing twice.
        this.#next.set(key, record.offset + 1n);
      }
    });
    this.#next.set(key, position);
  }

  #take(topic: string, record: BusRecord): void {
    if (record.value === undefined) return;
    if (topic === TOPIC.decisions) this.sink.decision(toDecided(record, Decision.decode(record.value)));
    else {
      const input = toInput(record, JoinRecord.decode(record.value));
      if (input) this.sink.input(input);
    }
  }
}

function toInput(record: BusRecord, { itemKey, version, body }: JoinRecord): Opening | PartSeen | undefined {
  const at = {
    id: versionId(itemKey, version),
    offset: record.offset,
    appendMs: Number(record.timestampMs),
  };
  if (body?.$case === 'itemOpened')
    return { ...at, kind: 'opening', partition: record.partition, windowMs: Number(body.value.windowMs) };
  if (body?.$case !== 'partEmbedded' && body?.$case !== 'partEmpty' && body?.$case !== 'partFailed')
    return undefined;
  const { partId, modality } = body.value;
  const embeddings = body.$case === 'partEmbedded' ? body.value.embeddings : [];
  const vectors = embeddings.map(({ model, vectorDigest }) => `${model?.digest ?? ''}:${vectorDigest}`);
  return { ...at, kind: 'part', partId, modality, vectors };
}

const STATUS: Partial<Record<DecisionStatus, Decided['status']>> = {
  [DecisionStatus.SUPERSEDED]: 'superseded',
  [DecisionStatus.ERASED]: 'erased',
};
const FIRST_CAUSES: ReadonlySet<DecisionCause> = new Set([
  DecisionCause.COMPLETE,
  DecisionCause.DEADLINE,
  DecisionCause.OVERLOAD,
  DecisionCause.SUPERSEDED,
]);

function toDecided(record: BusRecord, decision: Decision): Decided {
  return {
    itemKey: decision.itemKey,
    version: decision.version,
    revision: decision.revision,
    status: STATUS[decision.status] ?? 'decided',
    // An erasure settles what waits for its first decision, and revises what has one.
    isFirst:
      FIRST_CAUSES.has(decision.cause) ||
      (decision.cause === DecisionCause.ERASED && decision.revision === 1),
    isReview: decision.cause === DecisionCause.REVIEW,
    partition: record.partition,
    offset: record.offset,
    sentMs: Number(record.timestampMs),
    used: decision.partsUsed.map(({ partId, vectors }) => ({
      partId,
      vectors: vectors.map(({ modelDigest, vectorDigest }) => `${modelDigest}:${vectorDigest}`),
    })),
    timedOut: decision.partsMissing.filter(({ code }) => code === 'timeout').map(({ partId }) => partId),
    isComplete: decision.cause === DecisionCause.COMPLETE,
  };
}
