import type { Scenario } from './scenario.js';

/**
 * The trace by which the simulation lost an erasure. An owner is held; another takes over and decides an item; Redis steps back to
 * the first one's token; the first one goes on and puts that item's erasure into a state that does not know the decision. Marking
 * the decision afterwards, as if nothing had been put since, would bury the erasure with it.
 */
export async function unawarePut(stage: Scenario): Promise<void> {
  const { world, redis } = stage;
  const first = stage.start('first');
  await stage.until('the first owner', () => redis.model.metas.size > 0);
  stage.publishItem('t/1');
  await stage.decided('t/1');
  redis.save();
  first.held = true;
  first.expire();
  stage.publishItem('t/2');
  const second = stage.start('second');
  await stage.decided('t/2');
  stage.publish('t/2', world.random.chance(0.5) ? { kind: 'erased' } : { kind: 'reviewed', revision: 1 });
  second.held = true;
  redis.restart();
  world.release(first);
  const goesOnUntilMs = world.nowMs + world.random.next() * 40;
  await stage.until('the first owner to go on', () => world.nowMs >= goesOnUntilMs);
  first.kill();
  first.expire();
  world.release(second);
  await stage.decided('t/2', 2);
}
