import type { Stage } from './faults.js';

/** Every fault ends: what is held goes on or dies, servers answer, and the group settles on members that live. */
export function heal(stage: Stage): void {
  const { broker, redis } = stage;
  const { network, world } = broker;
  world.note('faults end');
  Object.assign(network.faults, { lostRequest: 0, lostAnswer: 0, givenUp: 0, repeated: 0 });
  network.away.clear();
  redis.full = false;
  for (const process of stage.processes) {
    if (!process.alive) continue;
    if (!process.held) continue;
    if (world.random.chance(0.5)) process.kill();
    else {
      world.release(process);
      process.rejoin();
    }
  }
  if (broker.group.members.size === 0) stage.startProcess();
  broker.group.rebalance(broker.partitions);
}
