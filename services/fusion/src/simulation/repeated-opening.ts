import type { Scenario } from './scenario.js';
import { KNOWN_MODEL } from './simulated-heads.js';

const LATE_WINDOW_MS = 2_000;
const WINDOW_MS = 2_000;

/**
 * The trace by which a rebuild made a revision of what nobody had sent late. An opening is published again, near the end of its
 * window. Once the item's late window is over, a rebuild need not reach its opening any more, but it reaches the repetition, whose
 * late window would still be open: parts that lie between the two would be missing from what it kept.
 */
export async function repeatedOpening(stage: Scenario): Promise<void> {
  const { world, redis } = stage;
  const live = () => redis.model.metas.get(0)?.state.live;
  const opening = { kind: 'opened', parts: ['a', 'b'], windowMs: WINDOW_MS } as const;
  const vector = { kind: 'embedded', model: KNOWN_MODEL } as const;
  stage.start('owner');
  await stage.until('the owner', () => live() !== undefined);
  const openedMs = world.nowMs;
  stage.publish('t/1', opening);
  stage.publish('t/1', { ...vector, partId: 'b', variant: 0 });
  stage.publish('t/open', { kind: 'opened', parts: ['a'], windowMs: 60_000 });
  await stage.until('the window’s end to be near', () => world.nowMs >= openedMs + 0.9 * WINDOW_MS);
  stage.publish('t/1', opening);
  stage.publish('t/1', { ...vector, partId: 'a', variant: 0 });
  await stage.decided('t/1');
  const overMs = openedMs + WINDOW_MS + LATE_WINDOW_MS;
  await stage.until('the end of the late window', () => world.nowMs >= overMs && !live()?.has('t/1'));
  // What is put next is committed, and with it that nothing of t/1 need be read again.
  stage.publishItem('t/2');
  await stage.decided('t/2');
  const committedMs = world.nowMs + 100;
  await stage.until('a commit', () => world.nowMs >= committedMs);
  redis.flush();
  await stage.until('the owner to build anew', () => live() !== undefined);
  stage.publish('t/1', { ...vector, partId: 'b', variant: 1 });
  stage.publish('t/open', { ...vector, partId: 'a', variant: 0 });
  await stage.decided('t/open');
}
repeatedOpening.lateWindowMs = LATE_WINDOW_MS;
