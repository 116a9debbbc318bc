import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Fault, ProcessName } from './schedule.js';
import type { Stage } from './stage.js';

/** Injects one fault and resolves when what it broke was let go again, which is not when all has recovered. */
export async function inject(stage: Stage, fault: Fault): Promise<void> {
  switch (fault.kind) {
    case 'kill':
      return find(stage, fault).kill('SIGKILL');
    case 'pause': {
      const target = find(stage, fault);
      const { pid } = target;
      target.kill('SIGSTOP');
      await delay(fault.lengthMs);
      // Nobody starts it again meanwhile, unless another fault killed it.
      if (target.pid === pid) target.kill('SIGCONT');
      return;
    }
    case 'redis-flush':
      await ask(stage, (redis) => redis.flushall());
      return;
    case 'redis-kill':
      await stage.redis.kill();
      await delay(fault.lengthMs);
      // No snapshot of an earlier rollback: this one is a total loss.
      await rm(stage.redisSnapshot, { force: true });
      return stage.redis.restart();
    case 'redis-rollback':
      await ask(stage, (redis) => redis.save());
      await delay(fault.lengthMs);
      await stage.redis.kill();
      return stage.redis.restart();
    case 'redis-full':
      await ask(stage, (redis) => redis.config('SET', 'maxmemory', '1mb'));
      await delay(fault.lengthMs);
      await ask(stage, (redis) => redis.config('SET', 'maxmemory', '0'));
      return;
    case 'redis-cut':
      stage.redisProxy.cut();
      await delay(fault.lengthMs);
      return stage.redisProxy.mend();
    case 'broker-kill':
      await stage.kafka.kill();
      await delay(fault.lengthMs);
      return stage.kafka.restart();
  }
}

function find(stage: Stage, { target }: Fault) {
  const found = stage.processes.get(target as ProcessName);
  if (!found) throw new Error(`no process ${target}`);
  return found;
}

/** Asks Redis itself, past the proxy. */
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
