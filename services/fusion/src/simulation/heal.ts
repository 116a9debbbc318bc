import type { Stage } from './faults.js';

/** Every fault ends: what is held goes on or dies, servers answer, and the group settles on members that live. */
export function heal(stage: Stage): void {
  const { broker, redis } = stage;
  const { group, network, world } = broker;
  world.note('faults end');
  Object.assign(network.faults, { lostRequest: 0, lostAnswer: 0, givenUp: 0, repeated: 0 });
  network.away.clear();
  redis.full = false;
  // Two owners that both believe in their generation may fence each other for ever: a heartbeat must end one.
  group.lenient = false;
  world.rush = 0;
  for (const process of stage.processes) {
    if (process.alive && process.held) {
      if (world.random.chance(0.5)) process.kill();
      else {
        world.release(process);
        process.rejoin();
      }
    }
    if (!process.alive) process.expire();
  }
  // One that is being stopped may be all that there is.
  stage.startProcess();
}
