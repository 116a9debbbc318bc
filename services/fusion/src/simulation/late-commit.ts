import type { Scenario } from './scenario.js';

/**
 * The trace by which a state did not know an item that was decided. An owner is held behind its fence; another decides
 * t/1, and commits that nothing of it need be read again; Redis is emptied, and the first goes on. Had it read that commit only
 * now, behind its fence, it would begin behind an opening whose decision it does not see.
 */
export async function lateCommit(stage: Scenario): Promise<void> {
  const { world, redis } = stage;
  stage.publishItem('t/1');
  const first = stage.start('first');
  await stage.until('the first owner’s fence', () => stage.decisionsEnd > 0n);
  const heldMs = world.nowMs + world.random.next() * 10;
  await stage.until('more of its recovery', () => world.nowMs >= heldMs);
  first.held = true;
  first.expire();
  const second = stage.start('second');
  await stage.decided('t/1');
  const committedMs = world.nowMs + 100;
  await stage.until('a commit', () => world.nowMs >= committedMs);
  second.held = true;
  redis.flush();
  world.release(first);
  const state = () => redis.model.metas.get(0)?.state;
  await stage.until('the first owner to put all', () => (state()?.inOffset ?? -1n) >= 1n);
  if (!state()?.live.has('t/1') && !state()?.settled.has('t/1')) world.violate('state: t/1 is unknown');
}
