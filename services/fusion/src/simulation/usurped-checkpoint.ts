import type { Scenario } from './scenario.js';
import { comeBack, usurp } from './usurp.js';

/**
 * The trace by which the model checker caught the checkpoint that took the end of `decisions` at once. An owner that is held and
 * usurped goes on after Redis has stepped back to its token, and moves `dec_off` behind decisions that the state does not know; a
 * third owner decides them again.
 */
export async function usurpedCheckpoint(stage: Scenario): Promise<void> {
  const { first, second } = await usurp(stage);
  await comeBack(stage, first);
  first.kill();
  second.kill();
  second.expire();
  stage.start('third');
  stage.publishItem('t/3');
  await stage.decided('t/3');
}
