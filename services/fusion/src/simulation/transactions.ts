import type { TopicPartition } from '@tercet/bus';
import { UnavailableError } from '@tercet/kit';
import type { BrokerLog } from './broker-log.js';
import type { Reached } from './reached.js';
import type { Unplaced } from './unplaced-record.js';
import type { World } from './world.js';

interface Transactional {
  readonly producerId: number;
  epoch: number;
  state: 'empty' | 'ongoing' | 'prepare_commit' | 'prepare_abort';
  readonly partitions: Map<string, TopicPartition>;
}

export interface Identity {
  readonly id: string;
  readonly epoch: number;
}

/** Asked again after a while, as Kafka's clients do. */
export const CONCURRENT = Symbol('concurrent transactions');

/**
 * Kafka's transaction coordinator: epochs fence, an ended transaction is answered before its markers are written, and a
 * crash in between may complete it without them.
 */
export class Transactions {
  /** A marker is written at most so long after its transaction ended. */
  markerDelayMs = 0;
  readonly #ids = new Map<string, Transactional>();
  #pending: { readonly id: string; readonly write: (lost: boolean) => void }[] = [];

  constructor(
    private readonly world: World,
    private readonly log: BrokerLog,
    private readonly reached: Reached,
  ) {}

  /** InitProducerId: a new epoch; what an earlier one left open is aborted first. */
  initialise(id: string): Identity | typeof CONCURRENT {
    let own = this.#ids.get(id);
    if (!own) {
      own = { producerId: this.#ids.size + 1, epoch: -1, state: 'empty', partitions: new Map() };
      this.#ids.set(id, own);
    }
    if (own.state === 'ongoing') {
      this.reached.add('broker: ongoing transaction aborted by a fence');
      own.epoch += 1;
      this.#end(id, own, false);
    }
    if (own.state !== 'empty') return CONCURRENT;
    own.epoch += 1;
    return { id, epoch: own.epoch };
  }

  /** AddPartitionsToTxn. */
  add(identity: Identity, place: TopicPartition): typeof CONCURRENT | undefined {
    const own = this.#own(identity);
    if (own.state === 'prepare_commit' || own.state === 'prepare_abort') return CONCURRENT;
    own.state = 'ongoing';
    own.partitions.set(`${place.topic}/${place.partition}`, place);
    return undefined;
  }

  /** Produce. */
  write(identity: Identity, place: TopicPartition, records: readonly Unplaced[]): bigint[] {
    const own = this.#ids.get(identity.id) as Transactional;
    const offsets = this.log.appendWithin(place, records, own.producerId, identity.epoch);
    if (!offsets) {
      this.reached.add('broker: records of an old epoch refused');
      throw new UnavailableError('fenced', 'old epoch');
    }
    return offsets;
  }

  /** EndTxn. */
  end(identity: Identity, commit: boolean): void {
    const own = this.#own(identity);
    if (own.state !== 'ongoing')
      throw new UnavailableError('broker_unavailable', `a transaction in state ${own.state} was ended`);
    this.#end(identity.id, own, commit);
  }

  /** The broker ends a transaction that took too long. */
  expire(id: string): void {
    const own = this.#ids.get(id);
    if (own?.state !== 'ongoing') return;
    this.reached.add('broker: transaction expired');
    own.epoch += 1;
    this.#end(id, own, false);
  }

  /** Markers that were not written are now, or never. */
  crash(loseMarker: () => boolean): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const { write } of pending) write(loseMarker());
  }

  #own({ id, epoch }: Identity): Transactional {
    const own = this.#ids.get(id) as Transactional;
    if (own.epoch !== epoch) {
      this.reached.add('broker: fenced');
      throw new UnavailableError('fenced', 'newer producer');
    }
    return own;
  }

  #end(id: string, own: Transactional, commit: boolean): void {
    own.state = commit ? 'prepare_commit' : 'prepare_abort';
    const { epoch } = own;
    let written = false;
    const write = (lost: boolean): void => {
      if (written) return;
      written = true;
      this.#pending = this.#pending.filter((other) => other.write !== write);
      for (const place of own.partitions.values()) {
        if (!lost) {
          this.log.mark(place, own.producerId, epoch, commit);
          continue;
        }
        this.reached.add(`broker: ${commit ? 'commit' : 'abort'} marker lost`);
        this.world.note(`broker loses the ${commit ? 'commit' : 'abort'} marker of ${id}`);
      }
      own.partitions.clear();
      own.state = 'empty';
    };
    this.#pending.push({ id, write });
    const what = `broker: ${commit ? 'commit' : 'abort'} marker`;
    const { world, markerDelayMs } = this;
    if (markerDelayMs === 0) world.later(what, undefined, () => write(false));
    else world.after(world.random.next() * markerDelayMs, what, undefined, () => write(false));
  }
}
