import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { auditDecisions, readDecisionLog, readOpenings, submitItems } from '@tercet/client';
import { DecisionCause, Item, JoinRecord, TOPIC } from '@tercet/contracts';
import { startTestStack, type TestStack, waitFor } from '@tercet/harness';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROUNDS = 12;
const ITEMS_PER_ROUND = 20;
const PAUSE_MS = 250;

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack('killed-encoder', {
    services: ['intake', 'text-encoder', 'fusion'],
    maxRestarts: 20,
    // Commits far apart, so that a kill leaves published parts behind that come again.
    env: { TERCET_SESSION_TIMEOUT_MS: '3000', TERCET_COMMIT_INTERVAL_MS: '2000' },
  });
});
afterAll(() => stack?.stop());

function textItem(itemId: string): Item {
  const content = { $case: 'text' as const, value: `A note of no importance, number ${itemId}.` };
  const part = { partId: 'words', modality: 'text', language: 'en', content };
  return Item.fromPartial({ tenant: 'acme', itemId, version: 1n, windowMs: 110_000n, parts: [part] });
}

/** Processes that a process started, by what Linux says of it. */
function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return list === '' ? [] : list.split(' ').map(Number);
}

it('an encoder whose process or inference process is killed at work loses no part and repeats no decision', async () => {
  const encoder = stack.service('text-encoder');
  let killedChildren = 0;
  let killedProcesses = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const items = Array.from({ length: ITEMS_PER_ROUND }, (_, index) => textItem(`${round}-${index}`));
    await submitItems(stack.bus, items);
    await delay(PAUSE_MS);
    const { pid } = encoder;
    if (pid === undefined) continue;
    if (round % 4 === 1) {
      for (const child of childrenOf(pid)) {
        process.kill(child, 'SIGKILL');
        killedChildren += 1;
      }
    }
    if (round % 4 === 3) {
      const before = await published();
      await submitItems(stack.bus, [textItem(`${round}-last`)]);
      await waitFor('it is at work', async () => (await published()) > before, { intervalMs: 20 });
      encoder.kill('SIGKILL');
      killedProcesses += 1;
    }
  }
  expect(killedChildren).toBeGreaterThan(0);
  expect(killedProcesses).toBeGreaterThan(0);

  const wanted = ROUNDS * ITEMS_PER_ROUND + killedProcesses;
  await waitFor(
    'every item is decided',
    async () => auditDecisions([], await readDecisionLog(stack.bus)).firstDecisions.size >= wanted,
    { timeoutMs: 115_000, intervalMs: 1000, explain: () => encoder.explain() },
  );
  // A tombstone is no decision.
  const log = (await readDecisionLog(stack.bus)).filter(({ decision }) => decision !== undefined);
  const openings = await readOpenings(stack.bus);
  expect(openings).toHaveLength(wanted);
  expect(auditDecisions(openings, log)).toMatchObject({ lost: [], duplicates: [] });
  // None was cut off by its deadline, and none lost its part to a death that it did not cause.
  expect(log.filter(({ decision }) => decision?.cause !== DecisionCause.COMPLETE)).toEqual([]);
  expect(log.flatMap(({ decision }) => decision?.partsMissing ?? [])).toEqual([]);

  // A part that was delivered again is on the log twice, perhaps with other last bits: the first one counted.
  const vectors = await vectorsOnTheLog();
  const again = [...vectors.values()].filter((records) => records.length > 1).length;
  console.log(`${again} of ${wanted} parts were embedded more than once`);
  expect(again).toBeGreaterThan(0);
  for (const { key, decision } of log) {
    const used = decision?.partsUsed.flatMap((part) => part.vectors.map(({ vectorDigest }) => vectorDigest));
    expect(used?.sort(), key).toEqual(vectors.get(key)?.[0]);
  }
}, 180_000);

const published = async (): Promise<number> =>
  [...(await vectorsOnTheLog()).values()].reduce((sum, records) => sum + records.length, 0);

/** Each item's records on `embeddings`, in the order of the log; of each the digests of its models' vectors, sorted. */
async function vectorsOnTheLog(): Promise<Map<string, string[][]>> {
  await using reader = await stack.bus.reader('vectors');
  await using admin = await stack.bus.admin();
  const found = new Map<string, string[][]>();
  const partitions = await admin.partitionCount(TOPIC.embeddings);
  for (let partition = 0; partition < partitions; partition += 1) {
    await reader.readToEnd({ topic: TOPIC.embeddings, partition }, 0n, (records) => {
      for (const { value } of records) {
        const { itemKey, body } = JoinRecord.decode(value ?? new Uint8Array());
        if (body?.$case !== 'partEmbedded') continue;
        const digests = body.value.embeddings.map(({ vectorDigest }) => vectorDigest).sort();
        found.set(itemKey, [...(found.get(itemKey) ?? []), digests]);
      }
    });
  }
  return found;
}
