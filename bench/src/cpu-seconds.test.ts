import { describe, expect, it } from 'vitest';
import { cpuSeconds, ticksOf } from './cpu-seconds.js';

describe('ticksOf', () => {
  it('adds user and system time, whatever the command is called', () => {
    const rest = 'S 1 2 3 4 5 6 7 8 9 10 700 33 1 1 20 0 1 0';
    expect(ticksOf(`17 (node) ${rest}`)).toBe(733);
    expect(ticksOf(`17 (a) b (c) ${rest}`)).toBe(733);
  });
});

it('a busy process uses processor time', () => {
  const before = cpuSeconds(process.pid);
  const own = process.cpuUsage();
  let sum = 0;
  while (process.cpuUsage(own).user < 60_000) for (let n = 0; n < 10_000; n += 1) sum += Math.sqrt(n);
  expect(sum).toBeGreaterThan(0);
  expect(cpuSeconds(process.pid)).toBeGreaterThan(before);
});
