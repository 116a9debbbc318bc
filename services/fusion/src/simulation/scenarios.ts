import type { PolicyShelf } from '../policy-shelf.js';
import { lateCommit } from './late-commit.js';
import type { Reached } from './reached.js';
import { repeatedOpening } from './repeated-opening.js';
import { type Play, Scenario } from './scenario.js';
import type { Outcome } from './schedule.js';
import { staleSweep } from './stale-sweep.js';
import { unawarePut } from './unaware-put.js';
import { usurpedCheckpoint } from './usurped-checkpoint.js';

/** Traces that were once a breach, too rare to be met by chance alone. */
export const SCENARIOS: readonly Play[] = [
  usurpedCheckpoint,
  unawarePut,
  staleSweep,
  repeatedOpening,
  lateCommit,
];

export async function runScenario(
  play: Play,
  seed: number,
  shelf: PolicyShelf,
  reached: Reached,
  tracing = false,
): Promise<Outcome> {
  const stage = new Scenario(seed, shelf, reached, tracing, play.lateWindowMs);
  reached.add(`scenario: ${play.name}`);
  stage.world.note(`scenario ${play.name}`);
  await play(stage);
  return stage.outcome();
}
