import { trace } from '@opentelemetry/api';
import type { OwnerSettings } from '../config.js';
import { type Fusion, openFusion } from '../open-fusion.js';
import type { PolicyShelf } from '../policy-shelf.js';
import type { Time } from '../time.js';
import { countedEvents } from './counted-events.js';
import { type Broker, ProcessBus } from './process-bus.js';
import type { RedisView } from './redis-view.js';
import type { Actor } from './world.js';

export interface ProcessSettings {
  readonly owner: OwnerSettings;
  readonly maxClockSkewMs: number;
}

/** A fusion process: the real owners over ports that the simulation owns. */
export class FusionProcess implements Actor {
  alive = true;
  held = false;
  #fusion: Fusion | undefined;
  #bus: ProcessBus;

  /** `skewMs`: its clock minus the broker's. */
  constructor(
    readonly name: string,
    private readonly broker: Broker,
    redis: RedisView,
    shelf: PolicyShelf,
    settings: ProcessSettings,
    private readonly skewMs: number,
  ) {
    this.#bus = new ProcessBus(broker, this, () => this.#nowMs());
    const parts = {
      bus: this.#bus,
      store: redis.storeOf(this),
      shelf,
      events: countedEvents(broker.world, this, broker.reached),
      tracer: trace.getTracer('simulation'),
      time: this.#time(),
    };
    openFusion(parts, { sessionTimeoutMs: 1_000, ...settings }).then(
      (fusion) => {
        this.#fusion = fusion;
        fusion.finished.catch((error: unknown) => this.#broke(error));
      },
      (error: unknown) => this.#broke(error),
    );
  }

  #broke(error: unknown): void {
    if (this.alive) this.broker.world.violate(`${this.name} ended: ${String(error)}`);
  }

  #nowMs(): number {
    return this.broker.world.nowMs + this.skewMs;
  }

  #time(): Time {
    const { world } = this.broker;
    return {
      nowMs: () => this.#nowMs(),
      elapsedMs: () => world.nowMs,
      after: (delayMs, callback) => world.after(delayMs, 'timer', this, callback),
      nextTurn: () => new Promise((resolve) => world.later('turn', this, resolve)),
      random: () => world.random.next(),
    };
  }

  /** SIGKILL: what it asked for may still take effect. */
  kill(): void {
    this.alive = false;
    this.broker.network.forsake(this);
  }

  /** The group gives up on it: a dead or held process does not beat. */
  expire(): void {
    this.#bus.member?.leave();
  }

  /** A process that was thought dead joins again. */
  rejoin(): void {
    this.#bus.member?.join();
  }

  /** SIGTERM: it drains and is gone. */
  async stop(): Promise<void> {
    await this.#fusion?.[Symbol.asyncDispose]();
    this.alive = false;
  }
}
