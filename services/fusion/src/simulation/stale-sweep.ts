import type { Scenario } from './scenario.js';
import { KNOWN_MODEL } from './simulated-heads.js';

/**
 * The trace by which a run on real processes decided versions twice. An owner that has built a data set is held while it removes
 * what older ones left. Redis is emptied, another owner builds a data set of its own, with what was decided in it, and
 * is about to put again what lies behind the oldest open item; the first goes on, and takes that data set for an older one.
 */
export async function staleSweep(stage: Scenario): Promise<void> {
  const { world, redis } = stage;
  const built = () => redis.model.metas.size > 0;
  const first = stage.start('first');
  await stage.until('the first owner', built);
  stage.publish('t/open', { kind: 'opened', parts: ['a'], windowMs: 60_000 });
  stage.publishItem('t/1');
  await stage.decided('t/1');
  redis.flush();
  await stage.until('the first owner to build anew', built);
  first.held = true;
  first.expire();
  redis.flush();
  stage.start('second');
  await stage.until('the second owner', built);
  world.release(first);
  stage.publish('t/open', { kind: 'embedded', partId: 'a', model: KNOWN_MODEL, variant: 0 });
  await stage.decided('t/open');
}
