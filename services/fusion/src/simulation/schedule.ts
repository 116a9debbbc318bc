import { TOPIC } from '@tercet/contracts';
import type { JoinSettings } from '@tercet/join-state';
import type { OwnerSettings } from '../config.js';
import type { PolicyShelf } from '../policy-shelf.js';
import { BrokerLog } from './broker-log.js';
import { drawFaults, type Stage, strike } from './faults.js';
import { FusionProcess } from './fusion-process.js';
import { Group } from './group.js';
import { heal } from './heal.js';
import { Judge } from './judge.js';
import { judgeState, owed } from './judge-state.js';
import { Load } from './load.js';
import { Network } from './network.js';
import type { Broker } from './process-bus.js';
import type { Reached } from './reached.js';
import { RedisView } from './redis-view.js';
import { Transactions } from './transactions.js';
import { World } from './world.js';

export interface Outcome {
  /** The first breach of the promise; undefined: it held. */
  readonly violation: string | undefined;
  readonly steps: number;
  readonly hash: number;
  readonly trace: readonly string[];
}

const FOREVER_MS = 1e12;
const MAX_SKEW_MS = 40;
/** Virtual time within which everything must settle once faults have ended. */
const SETTLE_MS = 20_000;
const LOOK_EVERY_STEPS = 12;

/** Runs one schedule: a load, faults while it lasts, then none until everything has settled. */
export async function runSchedule(
  seed: number,
  shelf: PolicyShelf,
  reached: Reached,
  tracing = false,
): Promise<Outcome> {
  const schedule = new Schedule(seed, shelf, reached, tracing);
  await schedule.run();
  const { violation, steps, hash, trace } = schedule.world;
  return { violation, steps, hash, trace: trace ?? [] };
}

class Schedule implements Stage {
  readonly world: World;
  readonly broker: Broker;
  readonly redis: RedisView;
  readonly processes = new Set<FusionProcess>();
  readonly #load: Load;
  readonly #join: JoinSettings;
  readonly #owner: OwnerSettings;
  readonly #faults: readonly string[];
  readonly #faultRate: number;
  readonly #judges: readonly Judge[];
  readonly #judgedTo: bigint[];
  #started = 0;

  constructor(
    seed: number,
    private readonly shelf: PolicyShelf,
    reached: Reached,
    tracing: boolean,
  ) {
    const world = new World(seed);
    this.world = world;
    if (tracing) world.trace = [];
    const { random } = world;
    const partitions = random.chance(0.2) ? random.pick([2, 4]) : 1;
    const log = new BrokerLog(() => world.nowMs);
    const network = new Network(world, reached);
    const transactions = new Transactions(world, log, reached);
    this.broker = { world, network, log, transactions, group: new Group(world), reached, partitions };
    this.#join = {
      lateWindowMs: random.pick([0, 0, 100, 1_000]),
      dedupeWindowMs: FOREVER_MS,
      maxTakeItems: random.pick([1, 2, 10]),
      maxTakeBytes: FOREVER_MS,
      // Nothing, some three records, all.
      maxKeptBytes: random.pick([0, 1_000, 1_000_000]),
    };
    this.#owner = drawOwnerSettings(world);
    this.redis = new RedisView(this.#join, network, reached);
    this.broker.group.lenient = random.chance(0.5);
    transactions.markerDelayMs = random.chance(0.3) ? random.pick([5, 50]) : 0;
    world.rush = random.pick([0.005, 0.02, 0.1]);
    network.chopped = random.pick([0.2, 0.5, 1]);
    this.#load = new Load(world, log, {
      partitions,
      items: random.pick([1, 1, 2, 2, 3, 3, 5]),
      spreadMs: random.pick([20, 100, 300]),
      maxWindowMs: random.pick([50, 200, 200, 600]),
      eventful: random.pick([0, 0.3, 0.7]),
    });
    this.#faults = random.chance(0.02) ? [] : drawFaults(random);
    this.#faultRate = random.pick([0.005, 0.02, 0.05]);
    for (const name of ['lostRequest', 'lostAnswer', 'givenUp', 'repeated'] as const)
      network.faults[name] = random.chance(0.4) ? random.pick([0.01, 0.04]) : 0;
    this.#judges = this.#load.facts.map((facts) => new Judge(facts, this.#join));
    this.#judgedTo = Array.from({ length: partitions }, () => 0n);
  }

  startProcess(): FusionProcess {
    this.#started += 1;
    const { random } = this.world;
    const started = new FusionProcess(
      `fusion-${this.#started}`,
      this.broker,
      this.redis,
      this.shelf,
      { owner: this.#owner, maxClockSkewMs: MAX_SKEW_MS },
      (random.next() * 2 - 1) * MAX_SKEW_MS,
    );
    this.processes.add(started);
    return started;
  }

  async run(): Promise<void> {
    const { world, broker } = this;
    for (let n = world.random.int(1, 2); n > 0; n -= 1) this.startProcess();
    while (!this.#load.done && (await this.#step())) {
      if (this.#faults.length > 0 && world.random.chance(this.#faultRate))
        strike(world.random.pick(this.#faults), this);
    }
    heal(this);
    const until = world.nowMs + SETTLE_MS;
    let looks = 0;
    while (world.violation === undefined) {
      if (!(await this.#step())) world.violate('progress: nothing is left to happen');
      if (world.steps < looks) continue;
      looks = world.steps + LOOK_EVERY_STEPS;
      const unsettled = this.#unsettled();
      if (unsettled === undefined) break;
      if (world.nowMs > until) world.violate(`progress: ${unsettled}`);
    }
    for (let partition = 0; partition < broker.partitions; partition += 1) this.#judgeSettled(partition);
  }

  async #step(): Promise<boolean> {
    const went = await this.world.step();
    const { log } = this.broker;
    for (const [partition, from] of this.#judgedTo.entries()) {
      const place = { topic: TOPIC.decisions, partition };
      const end = log.end(place);
      if (end === from) continue;
      this.#judgedTo[partition] = end;
      const wrong = this.#judges[partition]?.read(log.read(place, from, end).records);
      if (wrong !== undefined) this.world.violate(wrong);
    }
    return went && this.world.violation === undefined;
  }

  /** What is still to come; undefined where nothing is. */
  #unsettled(): string | undefined {
    const { log } = this.broker;
    for (let partition = 0; partition < this.broker.partitions; partition += 1) {
      const state = this.redis.model.metas.get(partition)?.state;
      if (!state) return `no state of partition ${partition}`;
      const end = log.end({ topic: TOPIC.embeddings, partition });
      if (state.inOffset + 1n !== end) return `partition ${partition} is at ${state.inOffset} of ${end}`;
      if (state.inOffset < state.readyOffset) return `partition ${partition} is still rebuilding`;
      const owes = owed(state);
      if (owes !== undefined) return `${owes} is due`;
      if (log.hangs({ topic: TOPIC.decisions, partition }))
        return `a transaction hangs on partition ${partition}`;
    }
    return undefined;
  }

  #judgeSettled(partition: number): void {
    const judge = this.#judges[partition];
    const state = this.redis.model.metas.get(partition)?.state;
    if (this.world.violation !== undefined || !judge || !state) return;
    // Whatever was published is known to it from here on.
    judge.read([]);
    const facts = this.#load.facts[partition] ?? [];
    const wrong = judge.lost() ?? judgeState(state, facts, judge.told, this.#join.lateWindowMs);
    if (wrong !== undefined) this.world.violate(wrong);
  }
}

function drawOwnerSettings({ random }: World): OwnerSettings {
  return {
    lookupWindowMs: FOREVER_MS,
    dedupeWindowMs: FOREVER_MS,
    maxOpenBytes: random.chance(0.15) ? 2_500 : FOREVER_MS,
    maxPutRecords: random.pick([1, 3, 100]),
    maxPutBytes: FOREVER_MS,
    maxTransactionBytes: random.pick([1, 100_000]),
    transactionTimeoutMs: random.pick([150, 2_000]),
    concurrentTransactions: random.pick([1, 1, 12]),
    turnPatienceMs: random.pick([1, 100]),
    commitIntervalMs: random.pick([5, 50]),
    checkpointIntervalMs: random.pick([10, 60]),
    overloadTickMs: 20,
    minBackoffMs: 5,
    maxBackoffMs: 80,
  };
}
