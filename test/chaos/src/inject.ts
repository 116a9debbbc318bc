import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { UnavailableError } from '@tercet/kit';
import { waitFor } from '@tercet/local';
import { Redis } from 'ioredis';
import { type Fault, type FaultKind, FUSIONS, PAUSE_MS, PROCESSES, type ProcessName } from './schedule.js';
import type { Stage, StagedProcess } from './stage.js';

/** What a fault did. */
export interface Injected {
  /** Milliseconds since the epoch: when it took hold. */
  readonly brokeMs: number;
  /** Where it hit another than its target names. */
  readonly target?: ProcessName;
  /** What it became where the moment that it needs did not come. */
  readonly kind?: FaultKind;
}

/** A process that died comes back by itself; until then there is nothing to hit. */
const PRESENT_MS = 30_000;
/** How long to wait for a moment that a fault needs. */
const MOMENT_MS = 45_000;
const DELAY_MS = 150;

/** Injects one fault and resolves when what it broke was let go again, which is not when all has recovered. */
export async function inject(stage: Stage, fault: Fault, signal: AbortSignal): Promise<Injected> {
  const now = (): Injected => ({ brokeMs: Date.now() });
  switch (fault.kind) {
    case 'kill': {
      await present(stage, fault, signal);
      find(stage, fault.target).process.kill('SIGKILL');
      return now();
    }
    case 'pause':
      await present(stage, fault, signal);
      return { brokeMs: await stopAndGo(find(stage, fault.target)) };
    case 'pause-in-transaction':
      return pauseInTransaction(find(stage, fault.target), signal);
    case 'pause-in-rebuild':
      return pauseInRebuild(stage, signal);
    case 'redis-flush':
      await ask(stage, (redis) => redis.flushall());
      return now();
    case 'redis-kill': {
      await stage.redis.kill();
      const injected = now();
      await delay(fault.lengthMs);
      // No snapshot of an earlier rollback: this one is a total loss.
      await rm(stage.redisSnapshot, { force: true });
      await stage.redis.restart();
      return injected;
    }
    case 'redis-rollback': {
      await ask(stage, (redis) => redis.save());
      await delay(fault.lengthMs);
      await stage.redis.kill();
      const injected = now();
      await stage.redis.restart();
      return injected;
    }
    case 'redis-full': {
      await ask(stage, (redis) => redis.config('SET', 'maxmemory', '1mb'));
      const injected = now();
      await delay(fault.lengthMs);
      await ask(stage, (redis) => redis.config('SET', 'maxmemory', '0'));
      return injected;
    }
    case 'redis-cut':
      return cut(
        [...stage.processes.values()].map((one) => one.redis),
        (proxy) => proxy.cut(),
        fault.lengthMs,
      );
    case 'kafka-cut':
      return cut(kafkaWays(stage, fault), (proxy) => proxy.cut(), fault.lengthMs);
    case 'kafka-delay':
      return cut(kafkaWays(stage, fault), (proxy) => proxy.delay(DELAY_MS), fault.lengthMs);
    case 'broker-kill': {
      await stage.kafka.kill();
      const injected = now();
      await delay(fault.lengthMs);
      await restartKafka(stage);
      return injected;
    }
  }
}

/** A start that hangs, as one did in an overloaded hour, is a longer outage, not the end of the run. */
async function restartKafka({ kafka }: Stage): Promise<void> {
  try {
    await kafka.restart();
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    await kafka.restart();
  }
}

async function cut<Proxy extends { mend(): void }>(
  proxies: readonly Proxy[],
  harm: (proxy: Proxy) => void,
  lengthMs: number,
): Promise<Injected> {
  for (const proxy of proxies) harm(proxy);
  const brokeMs = Date.now();
  await delay(lengthMs);
  for (const proxy of proxies) proxy.mend();
  return { brokeMs };
}

function kafkaWays(stage: Stage, { target }: Fault) {
  const names = target === 'kafka' ? PROCESSES : [target];
  return names.map((name) => find(stage, name).kafka);
}

/** SIGSTOP, and SIGCONT after a pause longer than the session. */
async function stopAndGo({ process }: StagedProcess): Promise<number> {
  const { pid } = process;
  process.kill('SIGSTOP');
  const brokeMs = Date.now();
  await delay(PAUSE_MS);
  // Another fault may have killed it meanwhile; the one that came after it was never stopped.
  if (process.pid === pid) process.kill('SIGCONT');
  return brokeMs;
}

/** Stops the process when it has sent decisions to Kafka and before it can ask for their commit. */
async function pauseInTransaction(target: StagedProcess, signal: AbortSignal): Promise<Injected> {
  const stops: Promise<number>[] = [];
  // The signal is sent before the bytes are passed on: the broker has not even answered.
  target.transactions.onNextSend(() => void stops.push(stopAndGo(target)));
  try {
    await moment('a transaction to stop in', stops, signal);
  } catch (error) {
    return await pauseInstead(target, error);
  } finally {
    target.transactions.onNextSend(undefined);
  }
  const [brokeMs] = await Promise.all(stops);
  return { brokeMs: brokeMs as number };
}

/** Empties Redis, and stops the first owner that is in the middle of a rebuild. */
async function pauseInRebuild(stage: Stage, signal: AbortSignal): Promise<Injected> {
  const fusions = FUSIONS.map((name) => ({ name, staged: find(stage, name) }));
  const stops: Promise<Injected>[] = [];
  const watchNoMore = (): void => {
    for (const { staged } of fusions) staged.rebuilds.onNextMiddle(undefined);
  };
  for (const { name, staged } of fusions)
    staged.rebuilds.onNextMiddle(() => {
      watchNoMore();
      stops.push(stopAndGo(staged).then((brokeMs) => ({ brokeMs, target: name })));
    });
  try {
    await ask(stage, (redis) => redis.flushall());
    await moment('a rebuild to stop in', stops, signal);
  } catch (error) {
    return { ...(await pauseInstead(find(stage, FUSIONS[0]), error)), target: FUSIONS[0] };
  } finally {
    watchNoMore();
  }
  const [injected] = await Promise.all(stops);
  return injected as Injected;
}

/** A process that holds nothing just then has no such moment: it is stopped all the same, and counted as a pause. */
async function pauseInstead(target: StagedProcess, error: unknown): Promise<Injected> {
  if (!(error instanceof UnavailableError && error.code === 'deadline')) throw error;
  return { brokeMs: await stopAndGo(target), kind: 'pause' };
}

async function moment(what: string, came: readonly unknown[], signal: AbortSignal): Promise<void> {
  await waitFor(what, async () => came.length > 0, { timeoutMs: MOMENT_MS, signal });
}

async function present(stage: Stage, { target }: Fault, signal: AbortSignal): Promise<void> {
  const { process } = find(stage, target);
  const isThere = async () => process.pid !== undefined;
  await waitFor(`${target} to break`, isThere, { timeoutMs: PRESENT_MS, signal });
}

function find(stage: Stage, target: Fault['target']): StagedProcess {
  const found = stage.processes.get(target as ProcessName);
  if (!found) throw new Error(`no process ${target}`);
  return found;
}

/** Asks Redis itself, past the proxies. */
async function ask(stage: Stage, command: (redis: Redis) => Promise<unknown>): Promise<void> {
  const redis = new Redis({ port: stage.redis.port, host: '127.0.0.1', lazyConnect: true });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await command(redis);
  } finally {
    redis.disconnect();
  }
}
