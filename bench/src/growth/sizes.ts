import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';

/** Bytes of the log segments of topics whose name begins so, in a broker's data folder. Preallocated indexes do not count. */
export function logBytes(dataDir: string, topic: string): number {
  return readdirSync(dataDir)
    .filter((name) => name.startsWith(`${topic}-`))
    .flatMap((name) => readdirSync(join(dataDir, name)).map((file) => join(dataDir, name, file)))
    .filter((file) => file.endsWith('.log'))
    .reduce((sum, file) => sum + statSync(file).size, 0);
}

/** Bytes that Redis holds for its data set, its own fixed use left out. */
export async function dataSetBytes(redis: Redis): Promise<number> {
  const info = await redis.info('memory');
  return Number(/used_memory_dataset:(\d+)/.exec(info)?.[1] ?? Number.NaN);
}
