import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createBus } from '@tercet/bus';
import { connectGateway, type GatewayClient } from '@tercet/client';
import { Item, TOPIC } from '@tercet/contracts';
import { waitFor } from '@tercet/harness';
import { silentLogger } from '@tercet/kit';
import { busConfig, type ServiceName, type Stack, startStack } from '@tercet/local';
import { type KafkaServer, type RedisServer, startKafka, startRedis } from '@tercet/local-broker';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** Longer than every session: the members', the broker's with its controller (9 s), and a transaction's patience. */
const STALL_MS = Number(process.env['TERCET_STALL_MS'] ?? 15_000);
/** Of each kind; by default the first kind once. */
const ROUNDS = Number(process.env['TERCET_STALL_ROUNDS'] ?? 0);
const BETWEEN_MS = 3_000;
/** Of a machine that starves: it runs for so long in each of these. */
const RUN_MS = Number(process.env['TERCET_STALL_RUN_MS'] ?? 30);
const EVERY_MS = 1_000;
const WINDOW_MS = 10_000;
/** After the window; two cores that other work keeps busy. */
const LIMIT_MS = 60_000;
const SERVICES: readonly ServiceName[] = ['intake', 'text-encoder', 'fusion', 'gateway'];

/** A machine of its own, so that nothing else stands still. */
let folder: string;
let kafka: KafkaServer;
let redis: RedisServer;
let stack: Stack;
let gateway: GatewayClient;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tercet-stalled-'));
  kafka = await startKafka({ dataDir: `${folder}/kafka`, logFile: `${folder}/kafka.log` });
  redis = await startRedis({ dataDir: `${folder}/redis`, logFile: `${folder}/redis.log` });
  stack = await startStack({
    services: SERVICES,
    runningBrokers: { kafkaBrokers: kafka.brokers, redisUrl: redis.url },
    dataDir: `${folder}/stack`,
    env: { TERCET_SESSION_TIMEOUT_MS: '6000' },
    maxRestarts: 3,
  });
  gateway = connectGateway(stack.grpcAddress);
});
afterAll(async () => {
  gateway?.[Symbol.dispose]();
  await stack?.stop();
  await kafka?.stop();
  await redis?.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Part = 'kafka' | 'redis' | ServiceName;
const PARTS: readonly Part[] = ['kafka', 'redis', ...SERVICES];

function signal(part: Part, name: 'SIGSTOP' | 'SIGCONT'): void {
  const pid = part === 'kafka' ? kafka.pid : part === 'redis' ? redis.pid : stack.service(part).pid;
  // The group: of an encoder its inference too.
  if (pid !== undefined) process.kill(-pid, name);
}

const explain = () => SERVICES.map((name) => `${name}\n${stack.service(name).explain()}`).join('\n');

/** Nobody reads its picture, so that its deadline decides it. */
const item = (itemId: string) =>
  Item.fromPartial({
    tenant: 'acme',
    itemId,
    version: 1n,
    windowMs: WINDOW_MS,
    parts: [
      { partId: 'body', modality: 'text', content: { $case: 'text', value: 'Fresh bread every morning' } },
      {
        partId: 'photo',
        modality: 'image',
        mediaType: 'image/jpeg',
        content: { $case: 'uri', value: 'https://media.example/1.jpg' },
      },
    ],
  });

/** As upstream does: again until it is acknowledged. */
const submit = (itemId: string) =>
  waitFor(`${itemId} to be accepted`, () => gateway.submitItem(item(itemId)).catch(() => false as const), {
    timeoutMs: STALL_MS + LIMIT_MS,
    explain,
  });

async function isDecided(itemId: string): Promise<void> {
  await waitFor(
    `the decision of ${itemId}`,
    () => gateway.waitForDecision('acme', itemId, 1n, 5_000).catch(() => undefined),
    { timeoutMs: WINDOW_MS + LIMIT_MS, explain },
  );
}

/** How often each item was decided. */
async function counts(): Promise<Map<string, number>> {
  await using bus = createBus(busConfig(kafka.brokers, ''), silentLogger());
  await using admin = await bus.admin();
  await using reader = await bus.reader('everything-stalled');
  const counted = new Map<string, number>();
  const partitions = await admin.partitionCount(TOPIC.decisions);
  for (let partition = 0; partition < partitions; partition += 1)
    await reader.readToEnd({ topic: TOPIC.decisions, partition }, 0n, (records) => {
      for (const { key } of records) {
        const name = Buffer.from(key ?? []).toString();
        counted.set(name, (counted.get(name) ?? 0) + 1);
      }
    });
  return counted;
}

const all = (name: 'SIGSTOP' | 'SIGCONT') => {
  for (const part of PARTS) signal(part, name);
};

/** Everything stops for as long as the stall lasts; then one group goes on after the other. */
const stopped =
  (groups: () => readonly (readonly Part[])[] = () => [PARTS]) =>
  async (): Promise<void> => {
    all('SIGSTOP');
    await delay(STALL_MS);
    for (const [n, parts] of groups().entries()) {
      if (n > 0) await delay(BETWEEN_MS);
      for (const part of parts) signal(part, 'SIGCONT');
    }
  };

/** Everything gets a little of each second, so that requests are answered, but too late. */
async function starved(): Promise<void> {
  for (const until = performance.now() + STALL_MS; performance.now() < until; ) {
    all('SIGSTOP');
    await delay(EVERY_MS - RUN_MS);
    all('SIGCONT');
    await delay(RUN_MS);
  }
}

const STALLS: Readonly<Record<string, () => Promise<void>>> = {
  'all go on at once': stopped(),
  'Kafka goes on last': stopped(() => [PARTS.filter((part) => part !== 'kafka'), ['kafka']]),
  'Redis goes on last': stopped(() => [PARTS.filter((part) => part !== 'redis'), ['redis']]),
  'the services go on one after the other': stopped(() => [
    ['kafka', 'redis'],
    ...SERVICES.map((name) => ({ name, at: Math.random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ name }) => [name]),
  ]),
  'all get a little time': starved,
};

const rounds = Object.entries(STALLS)
  .slice(0, ROUNDS > 0 ? undefined : 1)
  .flatMap(([how, stall]) =>
    Array.from({ length: Math.max(1, ROUNDS) }, (_, round) => ({ how, stall, round })),
  );

it.each(rounds)(
  'everything stands still: $how ($round)',
  async ({ how, stall, round }) => {
    const ids = ['before', 'meanwhile', 'after'].map((when) =>
      `${how} ${round} ${when}`.replaceAll(' ', '-'),
    );
    const [before = '', meanwhile = '', after = ''] = ids;
    await submit(before);
    const submitted = submit(meanwhile);
    await stall();
    const wentOnAt = performance.now();
    await Promise.all([submitted, submit(after)]);
    await Promise.all(ids.map(isDecided));
    const restarts = SERVICES.map((name) => `${name} ${stack.service(name).restarts}`).join(', ');
    console.log(
      `${how}: all decided ${Math.round(performance.now() - wentOnAt)} ms after; restarts: ${restarts}`,
    );
    const counted = await counts();
    expect(ids.map((id) => counted.get(`acme/${id}`))).toEqual([1, 1, 1]);
  },
  300_000,
);

it('everything stands still while the services start', async () => {
  const services = SERVICES.map((name) => stack.service(name));
  await Promise.all(services.map((service) => service.stop()));
  const lines = services.map((service) => service.log.all().length);
  for (const service of services) service.start();
  await waitFor('the services to begin', () =>
    services.every((service, n) => service.log.all().length > (lines[n] ?? 0)),
  );
  await stopped()();
  await Promise.all(services.map((service) => service.ready(120_000)));
  await submit('started');
  await isDecided('started');
}, 300_000);
