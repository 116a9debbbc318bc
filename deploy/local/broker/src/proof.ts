import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveKafkaJars, startKafka, startRedis } from './index.js';

// Prints what docs/decisions/0001 reports: `pnpm --filter @tercet/local-broker proof`.
const folder = await mkdtemp(join(tmpdir(), 'local-broker-'));

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const from = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - from) / 1000).toFixed(2)} s`);
  return result;
}

async function residentMegabytes(pid: number): Promise<string> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return `${Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024)} MB`;
}

try {
  await timed('jars resolved and verified', () => resolveKafkaJars());
  const kafka = await timed('kafka formatted, started and ready', () =>
    startKafka({ dataDir: join(folder, 'kafka'), logFile: join(folder, 'kafka.log') }),
  );
  console.log(`kafka resident: ${await residentMegabytes(kafka.pid)}`);
  await timed('kafka restarted', () => kafka.restart());
  await timed('kafka killed', () => kafka.kill());
  await timed('kafka started after the kill', () => kafka.restart());
  await timed('kafka stopped', () => kafka.stop());
  const redis = await timed('redis started and ready', () => startRedis({ dataDir: join(folder, 'redis') }));
  console.log(`redis resident: ${await residentMegabytes(redis.pid)}`);
  await timed('redis stopped', () => redis.stop());
} finally {
  await rm(folder, { recursive: true, force: true });
}
