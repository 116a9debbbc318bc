import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { liveAndDie } from './lives.js';

// Options as those of fusion's simulation, so that mutants of both are tried alike; what is meaningless here is ignored.
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const options = {
  seed: text,
  schedules: text,
  only: text,
  workers: text,
  violations: text,
  json: text,
  trace: flag,
};
const { values } = parseArgs({ options });
const [from, to] = values.only
  ? [Number(values.only), Number(values.only) + 1]
  : [0, Number(values.schedules ?? 1_000)];
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
process.exit(violations.length > 0 ? 1 : 0);
