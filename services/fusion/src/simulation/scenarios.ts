import type { PolicyShelf } from '../policy-shelf.js';
import type { Reached } from './reached.js';
import { Scenario } from './scenario.js';
import type { Outcome } from './schedule.js';
import { staleSweep } from './stale-sweep.js';
import { unawarePut } from './unaware-put.js';
import { usurpedCheckpoint } from './usurped-checkpoint.js';

/** Traces that were once a breach, too rare to be met by chance alone. */
export const SCENARIOS: readonly ((stage: Scenario) => Promise<void>)[] = [
  usurpedCheckpoint,
  unawarePut,
  staleSweep,
];

export async function runScenario(
  play: (stage: Scenario) => Promise<void>,
  seed: number,
  shelf: PolicyShelf,
  reached: Reached,
  tracing = false,
): Promise<Outcome> {
  const stage = new Scenario(seed, shelf, reached, tracing);
  reached.add(`scenario: ${play.name}`);
  stage.world.note(`scenario ${play.name}`);
  await play(stage);
  return stage.outcome();
}
