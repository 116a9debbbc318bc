import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { liveAndDie } from './lives.js';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
/** As those of fusion's simulation, so that mutants of both are tried alike; what is meaningless here is ignored. */
const OPTIONS = {
  seed: text,
  schedules: text,
  only: text,
  workers: text,
  violations: text,
  json: text,
  trace: flag,
} as const;

/** Runs schedules until one loses a part; answers the exit code. */
export async function runLives(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const from = Number(values.only ?? 0);
  const to = values.only === undefined ? Number(values.schedules ?? 1_000) : from + 1;
  const violations: { schedule: number; what: string }[] = [];
  let schedules = 0;
  for (let n = from; n < to && violations.length === 0; n += 1) {
    const { missing } = await liveAndDie(Number(values.seed ?? 1) * 100_003 + n);
    schedules += 1;
    if (missing.length > 0)
      violations.push({ schedule: n, what: `lost: parts ${missing.join()} were never published` });
  }
  for (const { schedule, what } of violations) console.log(`schedule ${schedule}: ${what}`);
  console.log(`${schedules} schedules, ${violations.length} violations`);
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ schedules, violations })}\n`);
  return violations.length > 0 ? 1 : 0;
}
