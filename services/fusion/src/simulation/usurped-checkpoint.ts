import type { Scenario } from './scenario.js';

/**
 * The trace by which the model checker caught the checkpoint that took the end of `decisions` at once. An owner that has
 * decided something is held; another takes over and decides; Redis steps back to the first one's token; the first one goes
 * on, and moves `dec_off` behind decisions that the state does not know; a third owner decides them again. Chance decides
 * what the first one does first.
 */
export async function usurpedCheckpoint(stage: Scenario): Promise<void> {
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
  redis.restart();
  world.release(first);
  const goesOnUntilMs = world.nowMs + world.random.next() * 40;
  await stage.until('the first owner to go on', () => world.nowMs >= goesOnUntilMs);
  first.kill();
  second.kill();
  second.expire();
  stage.start('third');
  stage.publishItem('t/3');
  await stage.decided('t/3');
}
