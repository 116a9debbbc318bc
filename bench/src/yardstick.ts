const STEPS = 10_000_000;
const COPIED_BYTES = 1 << 20;
const COPIES = 8;

/**
 * Processor milliseconds of work that is always the same: arithmetic, and copies into fresh memory. Where this grows, the
 * processor did less in its time, since something else had its caches, its clock or its other half, and whatever was
 * measured beside it grew with it.
 */
export function yardstickMs(): number {
  const before = process.cpuUsage();
  let x = 1;
  for (let step = 0; step < STEPS; step += 1) x = (Math.imul(x, 1_103_515_245) + 12_345) | 0;
  for (let copy = 0; copy < COPIES; copy += 1) Buffer.alloc(COPIED_BYTES, x & 0xff);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
