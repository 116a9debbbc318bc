import { UnavailableError } from '@tercet/kit';
import type { Reached } from './reached.js';
import type { Actor, World } from './world.js';

export type Server = 'kafka' | 'redis';

interface Request {
  readonly server: Server;
  readonly actor: Actor;
  readonly what: string;
  readonly fail: (error: unknown) => void;
  dropped: boolean;
}

/** Probabilities of a request's fates. */
export interface NetworkFaults {
  /** The request never arrives, and the caller learns that it failed. */
  lostRequest: number;
  /** It takes effect, and the caller learns that it failed. */
  lostAnswer: number;
  /** The caller is told that it failed before it takes effect. */
  givenUp: number;
  /** It arrives twice; the caller gets the second answer. Redis alone. */
  repeated: number;
}

const UNAVAILABLE = { kafka: 'broker_unavailable', redis: 'redis_unavailable' } as const;

/** What lies between processes and servers: every request takes effect, and is answered, when chance says so, if ever. */
export class Network {
  readonly faults: NetworkFaults = { lostRequest: 0, lostAnswer: 0, givenUp: 0, repeated: 0 };
  /** Servers that answer nobody. */
  readonly away = new Set<Server>();
  /** Share of requests that others can come between; the rest is answered at once. */
  chopped = 1;
  readonly #inFlight = new Set<Request>();

  constructor(
    private readonly world: World,
    private readonly reached: Reached,
  ) {}

  /** `effect` is what the server does, at one moment; what it throws is its answer. */
  call<T>(actor: Actor, server: Server, what: string, effect: () => T): Promise<T> {
    const { world } = this;
    if (!this.away.has(server) && !world.random.chance(this.chopped)) {
      return new Promise((resolve) => {
        if (world.trace) world.note(`${actor.name}: ${what}, at once`);
        resolve(effect());
      });
    }
    return new Promise((resolve, reject) => {
      const request: Request = { server, actor, what, fail: reject, dropped: false };
      this.#inFlight.add(request);
      world.later(`${what} of ${actor.name} arrives`, undefined, () => {
        this.#inFlight.delete(request);
        if (!request.dropped) this.#serve(request, effect, resolve);
      });
      if (world.random.chance(this.faults.givenUp))
        world.later(`${what} given up`, actor, () => {
          this.reached.add(`network: ${server} request given up`);
          reject(unavailable(server, what));
        });
    });
  }

  #serve<T>({ actor, server, what, fail }: Request, effect: () => T, resolve: (value: T) => void): void {
    const { world, faults, reached } = this;
    const { random } = world;
    const answer = (deliver: () => void): void => {
      if (random.chance(this.chopped)) world.later(`${what} answered`, actor, deliver);
      // A dead or held process hears nothing, now or later.
      else if (actor.alive && !actor.held) deliver();
      else world.later(`${what} answered`, actor, deliver);
    };
    if (this.away.has(server) || random.chance(faults.lostRequest)) {
      reached.add(`network: ${server} request lost`);
      answer(() => fail(unavailable(server, what)));
      return;
    }
    let result: T;
    try {
      result = effect();
      if (server === 'redis' && random.chance(faults.repeated)) {
        reached.add('network: redis request repeated');
        result = effect();
      }
    } catch (error) {
      answer(() => fail(error));
      return;
    }
    if (random.chance(faults.lostAnswer)) {
      reached.add(`network: ${server} answer lost`);
      world.note(`the answer to ${what} of ${actor.name} is lost`);
      answer(() => fail(unavailable(server, what)));
      return;
    }
    answer(() => resolve(result));
  }

  /** Requests of a process that died: each still takes effect, or not. */
  forsake(actor: Actor): void {
    for (const request of this.#inFlight)
      if (request.actor === actor && this.world.random.chance(0.5)) request.dropped = true;
  }

  /** Every connection to a server is cut: what is in flight took effect, will do so, or never does. */
  cut(server: Server): void {
    for (const request of this.#inFlight) {
      if (request.server !== server || request.dropped) continue;
      request.dropped = this.world.random.chance(0.5);
      const { actor, what, fail } = request;
      this.world.later(`${what} cut`, actor, () => fail(unavailable(server, what)));
    }
  }
}

function unavailable(server: Server, what: string): UnavailableError {
  return new UnavailableError(UNAVAILABLE[server], what);
}
