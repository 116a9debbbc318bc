import type { FusionProcess } from './fusion-process.js';
import type { Scenario } from './scenario.js';

/**
 * An owner that has decided t/1 is held, and what Redis holds then is saved, with its token; another takes over and decides t/2.
 */
export async function usurp(stage: Scenario): Promise<{ first: FusionProcess; second: FusionProcess }> {
  const { redis } = stage;
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
  return { first, second };
}

/** Redis steps back to the first one's token, and that one goes on for a while that chance decides. */
export async function comeBack(stage: Scenario, first: FusionProcess): Promise<void> {
  const { world, redis } = stage;
  redis.restart();
  world.release(first);
  const goesOnUntilMs = world.nowMs + world.random.next() * 40;
  await stage.until('the first owner to go on', () => world.nowMs >= goesOnUntilMs);
}
