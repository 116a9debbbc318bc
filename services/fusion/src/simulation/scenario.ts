import { TOPIC } from '@tercet/contracts';
import type { OwnerSettings } from '../config.js';
import type { PolicyShelf } from '../policy-shelf.js';
import { BrokerLog } from './broker-log.js';
import { type Fact, type FactBody, factBytes } from './facts.js';
import { FusionProcess } from './fusion-process.js';
import { Group } from './group.js';
import { Judge } from './judge.js';
import { Network } from './network.js';
import type { Broker } from './process-bus.js';
import type { Reached } from './reached.js';
import { RedisView } from './redis-view.js';
import type { Outcome } from './schedule.js';
import { KNOWN_MODEL } from './simulated-heads.js';
import { Transactions } from './transactions.js';
import { World } from './world.js';

const PLACE = { topic: TOPIC.decisions, partition: 0 };
const JOIN = { dedupeWindowMs: 1e12, maxTakeItems: 10, maxTakeBytes: 1e12, maxKeptBytes: 1e6 };
const OWNER: OwnerSettings = {
  lookupWindowMs: 1e12,
  dedupeWindowMs: 1e12,
  maxOpenBytes: 1e12,
  maxPutRecords: 100,
  maxPutBytes: 1e12,
  maxTransactionBytes: 100_000,
  transactionTimeoutMs: 1_000,
  concurrentTransactions: 3,
  turnPatienceMs: 250,
  commitIntervalMs: 5,
  checkpointIntervalMs: 10,
  overloadTickMs: 20,
  minBackoffMs: 5,
  maxBackoffMs: 50,
};
const MAX_STEPS = 20_000;

/** What a scenario does on its stage. Decided items keep no parts unless it says how long. */
export type Play = ((stage: Scenario) => Promise<void>) & { readonly lateWindowMs?: number };

/**
 * The stage of a scenario: one partition, no faults but those that the scenario brings, and a coordinator that tells nobody
 * that its generation is over. Chance decides only the order of what could happen between two of its lines.
 */
export class Scenario {
  readonly world: World;
  readonly redis: RedisView;
  readonly #broker: Broker;
  readonly #facts: Fact[] = [];
  readonly #judge: Judge;
  #judged = 0n;

  constructor(
    seed: number,
    private readonly shelf: PolicyShelf,
    reached: Reached,
    tracing: boolean,
    lateWindowMs = 0,
  ) {
    this.#judge = new Judge(this.#facts, { lateWindowMs });
    const world = new World(seed);
    this.world = world;
    if (tracing) world.trace = [];
    const log = new BrokerLog(() => world.nowMs);
    const network = new Network(world, reached);
    const transactions = new Transactions(world, log, reached);
    const group = new Group(world);
    group.lenient = true;
    world.rush = 0;
    this.#broker = { world, network, log, transactions, group, reached, partitions: 1 };
    this.redis = new RedisView({ ...JOIN, lateWindowMs }, network, reached);
  }

  start(name: string): FusionProcess {
    const clocks = { owner: OWNER, maxClockSkewMs: 0 };
    return new FusionProcess(name, this.#broker, this.redis, this.shelf, clocks, 0);
  }

  publish(key: string, body: FactBody): void {
    const { world } = this;
    const record = { key: Buffer.from(key), value: factBytes(key, 1n, body), headers: {} };
    const offset = this.#broker.log.append({ topic: TOPIC.embeddings, partition: 0 }, record);
    world.note(`embeddings/0 ${offset}: ${key} ${body.kind}`);
    this.#facts.push({ ...body, key, version: 1n, offset, timeMs: Math.floor(world.nowMs) });
  }

  /** Of the log: fences count. */
  get decisionsEnd(): bigint {
    return this.#broker.log.end(PLACE);
  }

  /** An item that is complete with its one part. */
  publishItem(key: string): void {
    this.publish(key, { kind: 'opened', parts: ['a'], windowMs: 60_000 });
    this.publish(key, { kind: 'embedded', partId: 'a', model: KNOWN_MODEL, variant: 0 });
  }

  /** Lets things happen until the check holds; that it never does is a breach. */
  async until(what: string, check: () => boolean): Promise<void> {
    const { world } = this;
    const { log } = this.#broker;
    for (const last = world.steps + MAX_STEPS; !check() && world.violation === undefined; ) {
      if (world.steps > last) world.violate(`progress: waited in vain for ${what}`);
      if (!(await world.step())) world.violate(`progress: nothing is left to bring ${what}`);
      const end = log.end(PLACE);
      const wrong = this.#judge.read(log.read(PLACE, this.#judged, end).records);
      this.#judged = end;
      if (wrong !== undefined) world.violate(wrong);
    }
  }

  /** That so many decisions of the item can be read, and that the state knows the last. */
  async decided(key: string, revisions = 1): Promise<void> {
    await this.until(
      `decision ${revisions} of ${key}`,
      () => this.#judge.told.get(key)?.length === revisions,
    );
    await this.until(
      `the mark of decision ${revisions} of ${key}`,
      () => this.redis.model.metas.get(0)?.state.decisions.get(key)?.settled.revision === revisions,
    );
  }

  outcome(): Outcome {
    const lost = this.#judge.lost();
    if (lost !== undefined) this.world.violate(lost);
    const { violation, steps, hash, trace } = this.world;
    return { violation, steps, hash, trace: trace ?? [] };
  }
}
