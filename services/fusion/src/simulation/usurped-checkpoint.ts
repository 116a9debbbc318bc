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
import { Reached } from './reached.js';
import { RedisView } from './redis-view.js';
import { KNOWN_MODEL } from './simulated-heads.js';
import { Transactions } from './transactions.js';
import { World } from './world.js';

const PLACE = { topic: TOPIC.decisions, partition: 0 };
const RULES = { lateWindowMs: 0 };
const JOIN = { ...RULES, dedupeWindowMs: 1e12, maxTakeItems: 10, maxTakeBytes: 1e12 };
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

/**
 * The trace by which the model checker caught the checkpoint that took the end of `decisions` at once. An owner that has
 * decided something is held; another takes over and decides; Redis steps back to the first one's token; the first one goes
 * on, and moves `dec_off` behind decisions that the state does not know; a third owner decides them again. Chance decides
 * what the first one does first. Answers the breach of the promise; undefined where it held.
 */
export async function usurpedCheckpoint(seed: number, shelf: PolicyShelf): Promise<string | undefined> {
  const world = new World(seed);
  const reached = new Reached();
  const log = new BrokerLog(() => world.nowMs);
  const network = new Network(world, reached);
  const transactions = new Transactions(world, log, reached);
  const broker: Broker = {
    world,
    network,
    log,
    transactions,
    group: new Group(world),
    reached,
    partitions: 1,
  };
  // Nobody is told that its generation is over.
  broker.group.lenient = true;
  world.rush = 0;
  const redis = new RedisView(JOIN, network, reached);
  const facts: Fact[] = [];
  const judge = new Judge(facts, RULES);
  let judged = 0n;

  const start = (name: string): FusionProcess =>
    new FusionProcess(name, broker, redis, shelf, { owner: OWNER, maxClockSkewMs: 0 }, 0);
  const publish = (key: string, body: FactBody): void => {
    const record = { key: Buffer.from(key), value: factBytes(key, 1n, body), headers: {} };
    const offset = log.append({ topic: TOPIC.embeddings, partition: 0 }, record);
    facts.push({ ...body, key, version: 1n, offset, timeMs: Math.floor(world.nowMs) });
  };
  const item = (key: string): void => {
    publish(key, { kind: 'opened', parts: ['a'], windowMs: 60_000 });
    publish(key, { kind: 'embedded', partId: 'a', model: KNOWN_MODEL, variant: 0 });
  };
  const until = async (what: string, check: () => boolean): Promise<void> => {
    for (const last = world.steps + MAX_STEPS; !check() && world.violation === undefined; ) {
      if (world.steps > last) world.violate(`progress: waited in vain for ${what}`);
      if (!(await world.step())) world.violate(`progress: nothing is left to bring ${what}`);
      const end = log.end(PLACE);
      const wrong = judge.read(log.read(PLACE, judged, end).records);
      judged = end;
      if (wrong !== undefined) world.violate(wrong);
    }
  };
  const decided = (key: string) => () => judge.told.has(key);
  const marked = (key: string) => () => redis.model.metas.get(0)?.state.decisions.has(key) === true;

  const first = start('first');
  await until('the first owner', () => redis.model.metas.size > 0);
  item('t/1');
  await until('its decision', decided('t/1'));
  await until('its mark', marked('t/1'));
  redis.save();
  first.held = true;
  first.expire();
  item('t/2');
  const second = start('second');
  await until("the second owner's decision", decided('t/2'));
  await until('its mark', marked('t/2'));
  redis.restart();
  world.release(first);
  const goesOnUntilMs = world.nowMs + world.random.next() * 40;
  await until('the first owner to go on', () => world.nowMs >= goesOnUntilMs);
  first.kill();
  second.kill();
  second.expire();
  start('third');
  item('t/3');
  await until("the third owner's decision", decided('t/3'));
  await until('its mark', marked('t/3'));
  return world.violation ?? judge.lost();
}
