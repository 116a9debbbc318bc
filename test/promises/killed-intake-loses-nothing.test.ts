import type { BusRecord } from '@tercet/bus';
import { Item, RawPart, TOPIC } from '@tercet/contracts';
import { startTestStack, type TestStack, waitFor } from '@tercet/harness';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ITEMS = 600;
const KILLS = 3;
const WINDOW_MS = 10_000n;

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack('killed-intake', {
    services: ['intake'],
    env: { TERCET_DEFAULT_WINDOW_MS: String(WINDOW_MS), TERCET_SESSION_TIMEOUT_MS: '6000' },
    maxRestarts: KILLS + 5,
  });
});
afterAll(() => stack?.stop());

const item = (n: number) =>
  Item.fromPartial({
    tenant: 'acme',
    itemId: `i${n}`,
    version: 1n,
    parts: [{ partId: 'p', modality: 'text', content: { $case: 'text', value: `text number ${n}` } }],
  });

/** Every record of a topic, partition by partition. */
async function read(topic: string): Promise<BusRecord[]> {
  await using admin = await stack.bus.admin();
  await using reader = await stack.bus.reader('killed-intake');
  const partitions = await admin.partitionCount(topic);
  const all: BusRecord[] = [];
  for (let partition = 0; partition < partitions; partition += 1) {
    await reader.readToEnd({ topic, partition }, 0n, (records) => void all.push(...records));
  }
  return all;
}
const keyOf = (record: BusRecord) => Buffer.from(record.key ?? '').toString();
const keysOn = async (topic: string) => new Set((await read(topic)).map(keyOf));

it('an intake that is killed in the midst of its work opens every item and hands out every part', async () => {
  await using producer = await stack.bus.producer();
  const intake = stack.service('intake');
  const keys = Array.from({ length: ITEMS }, (_, n) => `acme/i${n}`);
  const share = ITEMS / KILLS;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = (await keysOn(TOPIC.embeddings)).size;
    const from = kill * share;
    await producer.send(
      keys.slice(from, from + share).map((key, n) => ({
        topic: TOPIC.items,
        key,
        value: Item.encode(item(from + n)).finish(),
      })),
    );
    await waitFor('intake to be at work', async () => (await keysOn(TOPIC.embeddings)).size > before, {
      intervalMs: 5,
    });
    intake.kill('SIGKILL');
  }
  await waitFor('every item to be handed out', async () => (await keysOn('raw.text')).size >= ITEMS, {
    timeoutMs: 120_000,
    explain: () => intake.explain(),
  });
  expect(await keysOn(TOPIC.embeddings)).toEqual(new Set(keys));
  expect(await keysOn('raw.text')).toEqual(new Set(keys));

  // Whatever was handed out was opened before: its deadline is some opening's append time and the window.
  const openedAt = new Map<string, bigint[]>();
  for (const record of await read(TOPIC.embeddings)) {
    openedAt.set(keyOf(record), [...(openedAt.get(keyOf(record)) ?? []), record.timestampMs]);
  }
  for (const record of await read('raw.text')) {
    const { deadlineMs } = RawPart.decode(record.value ?? new Uint8Array());
    expect(openedAt.get(keyOf(record))).toContain(deadlineMs - WINDOW_MS);
  }
});
