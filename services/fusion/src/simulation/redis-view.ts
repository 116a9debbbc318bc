import type { JoinHold, JoinSettings, JoinStore } from '@tercet/join-state';
import { UnavailableError } from '@tercet/kit';
import { JoinModel, type Snapshot } from '../join-model.js';
import type { Network } from './network.js';
import type { Reached } from './reached.js';
import type { Actor } from './world.js';

/** The one Redis of a simulation: the join's state as a plain model, which may vanish, step back, or be full. */
export class RedisView {
  readonly model: JoinModel;
  /** Refuses what may be refused. */
  full = false;
  #snapshot: Snapshot | undefined;

  constructor(
    settings: JoinSettings,
    private readonly network: Network,
    private readonly reached: Reached,
  ) {
    this.model = new JoinModel(settings);
  }

  save(): void {
    this.#snapshot = this.model.snapshot();
  }

  /** Starts again from the last snapshot; empty where there was none. */
  restart(): void {
    this.reached.add(this.#snapshot ? 'redis: restarted from a snapshot' : 'redis: restarted empty');
    if (this.model.building.size > 0) this.reached.add('redis: lost during a rebuild');
    this.model.restore(this.#snapshot);
    this.network.cut('redis');
  }

  flush(): void {
    this.reached.add('redis: flushed');
    if (this.model.building.size > 0) this.reached.add('redis: lost during a rebuild');
    this.model.restore(undefined);
  }

  /** The store as one process has it. */
  storeOf(actor: Actor): JoinStore {
    const call = <T>(what: string, effect: () => Promise<T>): Promise<T> => this.#call(actor, what, effect);
    const over = (hold: JoinHold): JoinHold => ({
      position: hold.position,
      put: (records, inOffset) =>
        call('put', () => {
          if (this.full) throw new UnavailableError('overloaded', 'put');
          return hold.put(records, inOffset);
        }),
      decidesAhead: hold.decidesAhead,
      mayBeAhead: (records) => hold.mayBeAhead(records),
      ahead: (records) =>
        call('ahead', async () => {
          const answer = await hold.ahead(records);
          if (answer.items.length > 0) this.reached.add('ahead of the put');
          return answer;
        }),
      take: (untilMs) => call('take', () => hold.take(untilMs)),
      mark: (decisions, upTo) => call('mark', () => hold.mark(decisions, upTo)),
      adopt: (readyOffset) => call('adopt', () => hold.adopt(readyOffset)),
      sweep: (place) => call('sweep', () => hold.sweep(place)),
    });
    return {
      claim: async (partition, readyOffset) => {
        const hold = await call('claim', () => this.model.claim(partition, readyOffset));
        return hold && over(hold);
      },
      rebuild: async (partition, inOffset, replaces) =>
        over(await call('build', () => this.model.rebuild(partition, inOffset, replaces))),
    };
  }

  // The model's methods do their work before they answer; the promise is only the port's.
  async #call<T>(actor: Actor, what: string, effect: () => Promise<T>): Promise<T> {
    return await this.network.call(actor, 'redis', what, () => {
      const answer = effect();
      // It may never be delivered.
      answer.catch(() => undefined);
      return answer;
    });
  }
}
