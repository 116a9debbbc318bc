import type { PolicyShelf } from '../policy-shelf.js';
import { scheduleSeed } from './random.js';
import { Reached } from './reached.js';
import { runScenario, SCENARIOS } from './scenarios.js';
import { type Outcome, runSchedule } from './schedule.js';
import { simulatedShelf } from './simulated-heads.js';

/** Which schedules of a seed: every `every`th from `from`, below `to`. */
export interface Share {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly every: number;
}

export interface Violation {
  /** Number of the schedule. */
  readonly schedule: number;
  readonly what: string;
}

export interface Tally {
  readonly schedules: number;
  readonly steps: number;
  readonly violations: readonly Violation[];
  readonly reached: Readonly<Record<string, number>>;
}

const REPORT_EVERY = 200;
/** One schedule in so many is a scenario, each in turn. */
const SCENARIO_EVERY = 50;

/** Runs one schedule of a seed by its number. */
export function runNumbered(
  seed: number,
  schedule: number,
  shelf: PolicyShelf,
  reached: Reached,
  tracing = false,
): Promise<Outcome> {
  const own = scheduleSeed(seed, schedule);
  const play = SCENARIOS[Math.floor(schedule / SCENARIO_EVERY) % SCENARIOS.length];
  return play && schedule % SCENARIO_EVERY === SCENARIO_EVERY - 1
    ? runScenario(play, own, shelf, reached, tracing)
    : runSchedule(own, shelf, reached, tracing);
}

/** Runs a share of the schedules; `onProgress` gets what was done since it was last told, and says whether to go on. */
export async function runShare(share: Share, onProgress: (tally: Tally) => boolean): Promise<void> {
  const shelf = simulatedShelf();
  let reached = new Reached();
  let [schedules, steps] = [0, 0];
  let violations: Violation[] = [];
  const tell = (): boolean => {
    const goOn = onProgress({ schedules, steps, violations, reached: reached.toJSON() });
    [schedules, steps, violations, reached] = [0, 0, [], new Reached()];
    return goOn;
  };
  for (let n = share.from; n < share.to; n += share.every) {
    const outcome = await runNumbered(share.seed, n, shelf, reached);
    schedules += 1;
    steps += outcome.steps;
    if (outcome.violation !== undefined) violations.push({ schedule: n, what: outcome.violation });
    if (violations.length === 0 && schedules < REPORT_EVERY) continue;
    if (!tell()) return;
    // Messages and signals get their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  tell();
}

/** Adds up what shares told. */
export class Total {
  schedules = 0;
  steps = 0;
  readonly violations: Violation[] = [];
  readonly reached = new Reached();

  add(tally: Tally): void {
    this.schedules += tally.schedules;
    this.steps += tally.steps;
    this.violations.push(...tally.violations);
    this.reached.merge(tally.reached);
  }
}
