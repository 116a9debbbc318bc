import { writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { runNumbered, type Share, type Tally, Total } from './campaign.js';
import type { SimulationOptions } from './options.js';
import { Reached } from './reached.js';
import { simulatedShelf } from './simulated-heads.js';
import { unreached } from './wanted.js';

const PROGRESS_MS = 5_000;
/** So many schedules reach everything; fewer may miss what is rare. */
const ENOUGH_TO_REACH_ALL = 20_000;

/** Runs what the options ask for, prints what came of it, and answers the exit code. */
export async function runSimulation(options: SimulationOptions, signal: AbortSignal): Promise<number> {
  if (options.only !== undefined) return await replay(options, options.only);
  const startedAt = performance.now();
  const total = new Total();
  const seconds = (): number => (performance.now() - startedAt) / 1000;
  const progress = setInterval(() => {
    const rate = Math.round(total.schedules / seconds());
    process.stderr.write(`${total.schedules} of ${options.schedules} schedules, ${rate} a second\n`);
  }, PROGRESS_MS);
  try {
    await runShares(options, total, signal);
  } finally {
    clearInterval(progress);
  }
  const exitCode = report(options, total, seconds());
  return signal.aborted ? 130 : exitCode;
}

async function runShares(options: SimulationOptions, total: Total, signal: AbortSignal): Promise<void> {
  const workers = new Set<Worker>();
  const endAll = (): void => {
    for (const worker of workers) void worker.terminate();
  };
  signal.addEventListener('abort', endAll);
  const runs = [...Array(options.workers).keys()].map((from) => {
    const share: Share = { seed: options.seed, from, to: options.schedules, every: options.workers };
    return new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./share-worker.js', import.meta.url), {
        workerData: share,
        resourceLimits: { maxYoungGenerationSizeMb: 64 },
      });
      workers.add(worker);
      worker.on('message', (tally: Tally) => {
        total.add(tally);
        if (total.violations.length >= options.violations) endAll();
      });
      worker.on('error', reject);
      worker.on('exit', () => resolve());
    });
  });
  await Promise.all(runs);
  signal.removeEventListener('abort', endAll);
}

function report(options: SimulationOptions, total: Total, seconds: number): number {
  const { schedules, steps, violations } = total;
  const reached = total.reached.toJSON();
  for (const [what, count] of Object.entries(reached)) console.log(`${String(count).padStart(10)}  ${what}`);
  violations.sort((a, b) => a.schedule - b.schedule);
  for (const { schedule, what } of violations) {
    console.log(`violation: ${what}`);
    console.log(
      `  replay: npm run sim -- --seed ${options.seed} --only ${schedule} --trace${mutantOf(options)}`,
    );
  }
  const missed = schedules >= ENOUGH_TO_REACH_ALL && violations.length === 0 ? unreached(reached) : [];
  for (const what of missed) console.log(`never reached: ${what}`);
  const rate = Math.round(schedules / seconds);
  const perSchedule = Math.round(steps / Math.max(1, schedules));
  console.log(
    `${schedules} schedules of seed ${options.seed}, ${perSchedule} steps each, in ${seconds.toFixed(1)} s (${rate} a second): ` +
      `${violations.length} violations`,
  );
  if (options.json !== undefined) {
    const result = { seed: options.seed, schedules, steps, seconds, violations, missed, reached };
    writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
  }
  return violations.length > 0 || missed.length > 0 ? 1 : 0;
}

const mutantOf = ({ mutant }: SimulationOptions): string => (mutant ? ` --mutant ${mutant}` : '');

async function replay(options: SimulationOptions, schedule: number): Promise<number> {
  const reached = new Reached();
  const outcome = await runNumbered(options.seed, schedule, simulatedShelf(), reached, options.trace);
  for (const line of outcome.trace) console.log(line);
  const { violation, steps, hash } = outcome;
  console.log(`schedule ${schedule} of seed ${options.seed}: ${steps} steps, trace ${hash.toString(16)}`);
  console.log(violation === undefined ? 'no violation' : `violation: ${violation}`);
  return violation === undefined ? 0 : 1;
}
