import { silentLogger } from '@tercet/kit';
import type { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { memoryWarning, warnOfMemory } from './check-redis.js';

const MIB = 1024 * 1024;
const info = (maxmemory: number): string =>
  `# Memory\r\nused_memory:1000\r\nmaxmemory:${maxmemory}\r\nmaxmemory_human:x\r\nmaxmemory_policy:noeviction\r\n`;

it('finds a Redis without a limit, and one too small for 12 partitions of open items', () => {
  expect(memoryWarning(info(0), 64 * MIB)).toMatch(/maxmemory is 0/);
  expect(memoryWarning(info(64 * MIB), 64 * MIB)).toMatch(`may ask for ${1.5 * 12 * 64 * MIB}`);
  expect(memoryWarning(info(1.5 * 12 * 64 * MIB), 64 * MIB)).toBeUndefined();
  expect(memoryWarning(info(64 * MIB), 2 * MIB)).toBeUndefined();
});

it('says nothing of a server that does not tell, and does not fail for it', async () => {
  expect(memoryWarning('', 64 * MIB)).toBeUndefined();
  const warned: string[] = [];
  const logger = { ...silentLogger(), warn: (message: string) => warned.push(message) };
  const refusing = { info: () => Promise.reject(new Error('NOPERM')) } as unknown as Redis;
  await warnOfMemory(refusing, 64 * MIB, logger);
  expect(warned).toEqual([]);
  await warnOfMemory({ info: async () => info(0) } as unknown as Redis, 64 * MIB, logger);
  expect(warned).toHaveLength(1);
});
