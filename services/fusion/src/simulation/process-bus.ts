import {
  type Bus,
  type BusAdmin,
  type BusConsumer,
  type BusProducer,
  type ConsumeOptions,
  FENCE_KEY,
  type OutgoingRecord,
  type PartitionReader,
  type TopicPartition,
  type TransactionalProducer,
} from '@tercet/bus';
import { BugError, UnavailableError } from '@tercet/kit';
import type { BrokerLog } from './broker-log.js';
import type { Group } from './group.js';
import { GroupMember } from './group-member.js';
import type { Network } from './network.js';
import type { Reached } from './reached.js';
import { CONCURRENT, type Identity, type Transactions } from './transactions.js';
import { type Unplaced, unplacedOf } from './unplaced-record.js';
import type { Actor, World } from './world.js';

export interface Broker {
  readonly world: World;
  readonly network: Network;
  readonly log: BrokerLog;
  readonly transactions: Transactions;
  readonly group: Group;
  readonly reached: Reached;
  readonly partitions: number;
}

/** A producer that failed is of no more use. */
interface Use {
  spent: boolean;
}

/** Whether a partition was added to the next transaction already. */
type Ahead = Promise<typeof CONCURRENT | undefined>;

const RETRY_MS = 5;
const STABLE_POLL_MS = 4;
const FENCE_WAIT_MS = 1_000;
/** Offsets that one fetch of a reader brings. */
const READ_OFFSETS = 6;

/** The bus port as one process has it, over a broker that all share. */
export class ProcessBus implements Bus {
  member: GroupMember | undefined;

  constructor(
    private readonly broker: Broker,
    private readonly actor: Actor,
    private readonly clockMs: () => number,
  ) {}

  async admin(): Promise<BusAdmin> {
    throw new BugError('topics of the simulation need no administration');
  }

  async producer(): Promise<BusProducer> {
    throw new BugError('fusion writes within transactions alone');
  }

  async consume(options: ConsumeOptions): Promise<BusConsumer> {
    this.member = new GroupMember(this.broker, this.actor, options, this.clockMs);
    return this.member;
  }

  async reader(): Promise<PartitionReader> {
    const { log } = this.broker;
    return {
      bounds: (place) => this.#call('bounds', () => ({ low: 0n, end: log.end(place) })),
      readToEnd: async (place, from, onRecords, options = {}) => {
        const end = options.end ?? (await this.#call('read end', () => log.end(place)));
        let at = from;
        while (at < end) {
          const { records, next } = await this.#call('read', () => log.read(place, at, end, READ_OFFSETS));
          if (options.signal?.aborted)
            throw new UnavailableError('broker_unavailable', 'reading was stopped');
          if (next === at) await this.#pause(STABLE_POLL_MS);
          at = next;
          if (records.length > 0) await onRecords(records);
        }
        return at;
      },
      tail: async () => {
        throw new BugError('fusion tails nothing');
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  /** As packages/bus does it: a fence that leaves a record, and a commit that counts once it can be read. */
  async transactionalProducer(id: string, fenceOn: TopicPartition): Promise<TransactionalProducer> {
    const { transactions } = this.broker;
    const use = { spent: false };
    const fence = async () => {
      const identity = await this.#persist('initialise', () => transactions.initialise(id));
      const record = { key: Buffer.from(FENCE_KEY), value: undefined, headers: {} };
      const offsets = await this.#send(identity, fenceOn, [record]);
      const receivedAtMs = this.clockMs();
      await this.#call('abort fence', () => transactions.end(identity, false));
      const fencedTo = await this.#untilStable(fenceOn, offsets, use);
      const appendTimeMs = this.broker.log.appendTimeOf(fenceOn, offsets[0] as bigint);
      return { identity, fencedTo, fencedAt: { appendTimeMs, receivedAtMs } };
    };
    const { identity, ...fenced } = await this.#within(FENCE_WAIT_MS, 'fence', use, fence());
    let ahead: Ahead | undefined;
    return {
      ...fenced,
      announce: () => {
        // What failed is asked for again by the commit.
        ahead ??= this.#call('announce', () => transactions.add(identity, fenceOn)).catch(() => CONCURRENT);
      },
      commit: async (records, timeoutMs) => {
        if (use.spent) throw new BugError('a transactional producer was used after it failed');
        const announced = ahead;
        ahead = undefined;
        try {
          const work = this.#commit(identity, records, use, announced);
          await this.#within(timeoutMs, 'transaction', use, work);
        } catch (error) {
          use.spent = true;
          throw error;
        }
      },
      [Symbol.asyncDispose]: async () => {
        use.spent = true;
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #commit(
    identity: Identity,
    records: readonly OutgoingRecord[],
    use: Use,
    announced: Ahead | undefined,
  ): Promise<void> {
    const [{ topic, partition = 0 }] = records as [OutgoingRecord];
    const place = { topic, partition };
    const offsets = await this.#send(identity, place, records.map(unplacedOf), announced);
    if (use.spent) throw new UnavailableError('deadline', 'sending within a transaction');
    const readable = this.#readBack(place, offsets, use);
    readable.catch(() => undefined);
    await this.#call('end', () => this.broker.transactions.end(identity, true));
    await readable;
  }

  async #readBack(place: TopicPartition, offsets: readonly bigint[], use: Use): Promise<void> {
    await this.#untilStable(place, offsets, use);
    // The stable end has passed them, by whoever's marker: another's fence may have aborted what hung.
    const last = offsets.at(-1) as bigint;
    const { records: read } = await this.#call('read back', () =>
      this.broker.log.read(place, last, last + 1n),
    );
    if (read.length > 0) return;
    this.broker.reached.add('commit aborted by another fence');
    throw new UnavailableError('fenced', 'the transaction was aborted after it was committed');
  }

  async #untilStable(place: TopicPartition, offsets: readonly bigint[], use: Use): Promise<bigint> {
    const last = offsets.at(-1) as bigint;
    for (;;) {
      const end = await this.#call('stable end', () => this.broker.log.end(place));
      if (end > last) return end;
      if (use.spent) throw new UnavailableError('deadline', `offset ${last} hangs above ${end}`);
      await this.#pause(STABLE_POLL_MS);
    }
  }

  async #within<T>(timeoutMs: number, what: string, use: Use, work: Promise<T>): Promise<T> {
    let cancel: (() => void) | undefined;
    const deadline = new Promise<never>((_, reject) => {
      cancel = this.broker.world.after(timeoutMs, `${what} deadline`, this.actor, () => {
        use.spent = true;
        this.broker.reached.add(`${what} out of time`);
        reject(new UnavailableError('deadline', `${what} took longer than ${timeoutMs} ms`));
      });
    });
    work.catch(() => undefined);
    try {
      return await Promise.race([work, deadline]);
    } finally {
      cancel?.();
    }
  }

  async #send(
    identity: Identity,
    place: TopicPartition,
    records: readonly Unplaced[],
    announced: Ahead = Promise.resolve(CONCURRENT),
  ): Promise<bigint[]> {
    const { transactions } = this.broker;
    if ((await announced) === CONCURRENT)
      await this.#persist('add partition', () => transactions.add(identity, place));
    return await this.#call('produce', () => transactions.write(identity, place, records));
  }

  async #persist<T>(what: string, effect: () => T): Promise<Exclude<T, typeof CONCURRENT>> {
    for (;;) {
      const answer = await this.#call(what, effect);
      if (answer !== CONCURRENT) return answer as Exclude<T, typeof CONCURRENT>;
      await this.#pause(RETRY_MS);
    }
  }

  #call<T>(what: string, effect: () => T): Promise<T> {
    return this.broker.network.call(this.actor, 'kafka', what, effect);
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.broker.world.after(delayMs, 'retry', this.actor, resolve));
  }
}
