// Prints what docs/decisions/0003 reports: `pnpm exec tsx services/fusion/proofs/redis-function.ts`.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@tercet/local-broker';
import { Redis } from 'ioredis';

const LIBRARY = `#!lua name=proof
-- KEYS[1] = meta of one partition, KEYS[2] = its state. ARGV = token, seq, ...
local function owned(keys, args)
  local meta = redis.call('HMGET', keys[1], 'owner', 'seq')
  return meta[1] == args[1] and meta[2] == args[2]
end
local function claim(keys, args)
  local seq = redis.call('HINCRBY', keys[1], 'seq', 1)
  redis.call('HSET', keys[1], 'owner', args[1])
  return { 'OK', seq }
end
local function write(keys, args)
  if not owned(keys, args) then return { 'LOST' } end
  redis.call('HSET', keys[2], args[3], args[4])
  return { 'OK', redis.call('HINCRBY', keys[1], 'seq', 1) }
end
local function drop(keys, args)
  if not owned(keys, args) then return { 'LOST' } end
  redis.call('DEL', keys[2])
  return { 'OK', redis.call('HINCRBY', keys[1], 'seq', 1) }
end
redis.register_function{ function_name = 'proof_claim', callback = claim, flags = { 'allow-oom' } }
redis.register_function{ function_name = 'proof_write', callback = write }
redis.register_function{ function_name = 'proof_drop', callback = drop, flags = { 'allow-oom' } }
redis.register_function{ function_name = 'proof_read', callback = function(keys) return redis.call('HLEN', keys[2]) end, flags = { 'no-writes' } }
`;
const META = '{f:0}:meta';
const STATE = '{f:0}:state';
const CALLS = 50_000;
const PIPELINE = 500;

const folder = await mkdtemp(join(tmpdir(), 'redis-function-'));
const server = await startRedis({ dataDir: folder, maxmemory: '32mb' });
const redis = new Redis(server.url, { autoResendUnfulfilledCommands: false, maxRetriesPerRequest: 1 });

type Answer = [string, number?];
const call = (name: string, ...args: (string | number)[]) =>
  redis.call('FCALL', name, 2, META, STATE, ...args.map(String)) as Promise<Answer>;
const digest = async () => JSON.stringify([await redis.hgetall(META), await redis.hgetall(STATE)]);
const token = () => randomBytes(16).toString('hex');

async function refused(work: Promise<unknown>): Promise<string> {
  return work.then(
    (answer) => `accepted (${JSON.stringify(answer)})`,
    (error: Error) => `refused (${error.message.split(' ').slice(0, 7).join(' ')} ...)`,
  );
}

async function expectLost(what: string, work: () => Promise<Answer>): Promise<void> {
  const before = await digest();
  const [status] = await work();
  const changed = before === (await digest()) ? 'nothing changed' : 'STATE CHANGED';
  console.log(`${what}: ${status}, ${changed}`);
}

try {
  await redis.call('FUNCTION', 'LOAD', 'REPLACE', LIBRARY);
  const first = token();
  await expectLost('write with no meta', () => call('proof_write', first, 0, 'k', 'v'));
  let [, seq = 0] = await call('proof_claim', first);
  [, seq = 0] = await call('proof_write', first, seq, 'k', 'v');
  console.log(`claim, then write under token and seq: OK, seq ${seq}`);
  await expectLost('the same write sent again (seq behind)', () =>
    call('proof_write', first, seq - 1, 'k', 'w'),
  );
  await expectLost('a seq ahead', () => call('proof_write', first, seq + 1, 'k', 'w'));
  const second = token();
  [, seq = 0] = await call('proof_claim', second);
  await expectLost('the first owner after the second claimed', () =>
    call('proof_write', first, seq, 'k', 'w'),
  );
  const wiped = seq;
  await redis.del(META);
  await expectLost('the second owner after a wipe', () => call('proof_write', second, wiped, 'k', 'w'));

  console.log(
    `FCALL_RO of a no-writes function: ${await refused(redis.call('FCALL_RO', 'proof_read', 2, META, STATE))}`,
  );
  console.log(
    `FCALL_RO of a writing function: ${await refused(redis.call('FCALL_RO', 'proof_drop', 2, META, STATE, second, '0'))}`,
  );

  [, seq = 0] = await call('proof_claim', second);
  const from = performance.now();
  for (let done = 0; done < CALLS; done += PIPELINE) {
    const pipeline = redis.pipeline();
    for (let i = 0; i < PIPELINE; i += 1)
      pipeline.call('FCALL', 'proof_write', 2, META, STATE, second, String(seq + i), `k${i}`, 'v');
    const answers = (await pipeline.exec()) ?? [];
    if (answers.some(([error, answer]) => error !== null || (answer as Answer)[0] !== 'OK'))
      throw new Error('lost');
    seq += PIPELINE;
  }
  const perSecond = CALLS / ((performance.now() - from) / 1000);
  console.log(
    `${CALLS} writes under token and seq, pipelines of ${PIPELINE}: ${perSecond.toFixed(0)} calls/s`,
  );

  await redis.config('SET', 'maxmemory', '1mb');
  console.log(`full, write without allow-oom: ${await refused(call('proof_write', second, seq, 'k', 'v'))}`);
  console.log(`full, drop with allow-oom: ${await refused(call('proof_drop', second, seq))}`);
} finally {
  redis.disconnect();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
