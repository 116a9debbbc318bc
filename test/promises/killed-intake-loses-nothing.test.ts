import { Item, JoinRecord, RawPart, TOPIC } from '@tercet/contracts';
import { startTestStack, type TestStack, waitFor } from '@tercet/harness';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ITEMS = 600;
const KILLS = 3;

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack('killed-intake', { services: ['intake'], maxRestarts: KILLS + 5 });
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
async function read<T>(topic: string, decode: (value: Uint8Array) => T): Promise<T[]> {
  await using admin = await stack.bus.admin();
  await using reader = await stack.bus.reader('killed-intake');
  const partitions = await admin.partitionCount(topic);
  const all: T[] = [];
  for (let partition = 0; partition < partitions; partition += 1) {
    await reader.readToEnd({ topic, partition }, 0n, (records) => {
      for (const { value } of records) all.push(decode(value ?? new Uint8Array()));
    });
  }
  return all;
}
const opened = async () =>
  new Set((await read(TOPIC.embeddings, JoinRecord.decode)).map((one) => one.itemKey));
const handedOut = async () => new Set((await read('raw.text', RawPart.decode)).map((one) => one.itemKey));

it('an intake that is killed in the midst of its work opens every item and hands out every part', async () => {
  await using producer = await stack.bus.producer();
  const intake = stack.service('intake');
  const keys = Array.from({ length: ITEMS }, (_, n) => `acme/i${n}`);
  const share = ITEMS / KILLS;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = (await opened()).size;
    const from = kill * share;
    await producer.send(
      keys.slice(from, from + share).map((key, n) => ({
        topic: TOPIC.items,
        key,
        value: Item.encode(item(from + n)).finish(),
      })),
    );
    await waitFor('intake to be at work', async () => (await opened()).size > before, { intervalMs: 5 });
    intake.kill('SIGKILL');
  }
  await waitFor('every item to be handed out', async () => (await handedOut()).size >= ITEMS, {
    timeoutMs: 120_000,
    explain: () => intake.explain(),
  });
  const all = new Set(keys);
  expect(await opened()).toEqual(all);
  expect(await handedOut()).toEqual(all);

  // An opening never comes after the work that it announces: its append time dates the deadline.
  const openings = await read(TOPIC.embeddings, JoinRecord.decode);
  expect(openings.every(({ body }) => body?.$case === 'itemOpened')).toBe(true);
});
