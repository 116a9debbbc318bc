import type { Scenario } from './scenario.js';
import { comeBack, usurp } from './usurp.js';

/**
 * The trace by which the simulation lost an erasure. An owner that is held and usurped goes on after Redis has stepped back to its
 * token, and puts the erasure, or a review, of an item into a state that does not know the other one's decision about it. Marking
 * that decision afterwards, as if nothing had been put since, would bury what was asked for.
 */
export async function unawarePut(stage: Scenario): Promise<void> {
  const { world } = stage;
  const { first, second } = await usurp(stage);
  stage.publish('t/2', world.random.chance(0.5) ? { kind: 'erased' } : { kind: 'reviewed', revision: 1 });
  second.held = true;
  await comeBack(stage, first);
  first.kill();
  first.expire();
  world.release(second);
  await stage.decided('t/2', 2);
}
