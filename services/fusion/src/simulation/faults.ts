import type { FusionProcess } from './fusion-process.js';
import type { Broker } from './process-bus.js';
import type { Random } from './random.js';
import type { RedisView } from './redis-view.js';

/** What faults can do to. */
export interface Stage {
  readonly broker: Broker;
  readonly redis: RedisView;
  readonly processes: Set<FusionProcess>;
  startProcess(): FusionProcess;
}

type Fault = (stage: Stage) => void;

/** Whoever is held may be replaced; without a bound, those that are replaced in turn never settle. */
const MAX_PROCESSES = 4;

const rebalance: Fault = ({ broker }) => {
  broker.reached.add('fault: rebalance');
  broker.group.rebalance(broker.partitions);
};

function living({ processes }: Stage): FusionProcess[] {
  return [...processes].filter(({ alive }) => alive);
}

const soon = (stage: Stage, upToMs: number, what: string, run: () => unknown): void => {
  const { world } = stage.broker;
  world.after(world.random.next() * upToMs, what, undefined, run);
};

const FAULTS: Record<string, Fault> = {
  rebalance,
  crash(stage) {
    const victims = living(stage);
    if (victims.length === 0) return;
    const victim = stage.broker.world.random.pick(victims);
    stage.broker.reached.add('fault: process killed');
    stage.broker.world.note(`${victim.name} is killed`);
    victim.kill();
    soon(stage, 200, 'a process starts', () => stage.startProcess());
    soon(stage, 100, 'session over', () => victim.expire());
  },
  hold(stage) {
    const { world, reached } = stage.broker;
    const victims = living(stage).filter(({ held }) => !held);
    if (victims.length === 0 || living(stage).length >= MAX_PROCESSES) return;
    const victim = world.random.pick(victims);
    reached.add('fault: process held');
    world.note(`${victim.name} is held`);
    victim.held = true;
    const missed = world.random.chance(0.7);
    if (missed)
      soon(stage, 150, 'session over', () => {
        if (!victim.held) return;
        victim.expire();
        if (living(stage).every(({ held }) => held)) stage.startProcess();
      });
    soon(stage, 600, 'a process goes on', () => {
      world.note(`${victim.name} goes on`);
      world.release(victim);
      if (victim.alive && missed) victim.rejoin();
    });
  },
  /** Another takes over from a process that is held, and Redis steps back to before that when it goes on. */
  usurp(stage) {
    const { world, reached } = stage.broker;
    const victims = living(stage).filter(({ held }) => !held);
    if (victims.length === 0 || living(stage).length >= MAX_PROCESSES) return;
    const victim = world.random.pick(victims);
    reached.add('fault: owner held over a rollback');
    world.note(`${victim.name} is held; redis saves`);
    stage.redis.save();
    victim.held = true;
    victim.expire();
    if (living(stage).every(({ held }) => held)) stage.startProcess();
    soon(stage, 400, 'redis steps back', () => {
      world.note('redis restarts');
      stage.redis.restart();
      soon(stage, 20, 'a process goes on', () => {
        world.note(`${victim.name} goes on`);
        world.release(victim);
        if (victim.alive) soon(stage, 300, 'a process joins again', () => victim.alive && victim.rejoin());
      });
    });
  },
  stop(stage) {
    const victims = living(stage).filter(({ held }) => !held);
    if (victims.length < 2) return;
    const victim = stage.broker.world.random.pick(victims);
    stage.broker.reached.add('fault: process stopped');
    stage.broker.world.note(`${victim.name} is stopped`);
    void victim.stop();
  },
  start(stage) {
    if (living(stage).length >= 3) return;
    stage.startProcess();
  },
  save({ redis, broker }) {
    broker.world.note('redis saves');
    redis.save();
  },
  restart({ redis, broker }) {
    broker.world.note('redis restarts');
    redis.restart();
  },
  flush({ redis, broker }) {
    broker.world.note('redis is flushed');
    redis.flush();
  },
  full(stage) {
    stage.broker.reached.add('fault: redis full');
    stage.redis.full = true;
    soon(stage, 400, 'redis has room', () => {
      stage.redis.full = false;
    });
  },
  redisAway: (stage) => away(stage, 'redis'),
  kafkaAway: (stage) => away(stage, 'kafka'),
  brokerCrash({ broker }) {
    broker.reached.add('fault: broker killed');
    broker.world.note('the broker is killed');
    const loses = broker.world.random.chance(0.5);
    broker.transactions.crash(() => loses && broker.world.random.chance(0.7));
    broker.network.cut('kafka');
  },
  expireTransaction({ broker }) {
    broker.transactions.expire(`fusion-${broker.world.random.int(0, broker.partitions - 1)}`);
  },
  forgetOffsets({ broker }) {
    broker.reached.add('fault: committed offsets forgotten');
    broker.group.committed.clear();
  },
  wait({ broker }) {
    broker.world.nowMs += broker.world.random.next() * 100;
  },
};

function away(stage: Stage, server: 'redis' | 'kafka'): void {
  stage.broker.reached.add(`fault: ${server} away`);
  stage.broker.network.away.add(server);
  soon(stage, 150, `${server} is back`, () => stage.broker.network.away.delete(server));
}

export type FaultName = keyof typeof FAULTS;

/** Which faults a schedule meets, each as likely as it is often named: some schedules few kinds, some all. */
export function drawFaults(random: Random): string[] {
  const names = Object.keys(FAULTS);
  const share = random.pick([0.15, 0.3, 0.6, 1]);
  const drawn = names.filter(() => random.chance(share));
  // A snapshot that nobody returns to, or none to return to, tells little.
  if (drawn.includes('restart') || drawn.includes('save')) drawn.push('save', 'restart');
  return drawn;
}

export function strike(name: string, stage: Stage): void {
  (FAULTS[name] as Fault)(stage);
}
