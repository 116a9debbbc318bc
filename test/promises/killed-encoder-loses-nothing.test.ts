import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { auditDecisions, readDecisionLog, readOpenings, submitItems } from '@tercet/client';
import { DecisionCause, Item } from '@tercet/contracts';
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
    env: { TERCET_SESSION_TIMEOUT_MS: '3000' },
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
      encoder.kill('SIGKILL');
      killedProcesses += 1;
    }
  }
  expect(killedChildren).toBeGreaterThan(0);
  expect(killedProcesses).toBeGreaterThan(0);

  const wanted = ROUNDS * ITEMS_PER_ROUND;
  await waitFor(
    'every item is decided',
    async () => auditDecisions([], await readDecisionLog(stack.bus)).firstDecisions.size >= wanted,
    { timeoutMs: 115_000, intervalMs: 1000, explain: () => encoder.explain() },
  );
  const log = await readDecisionLog(stack.bus);
  const openings = await readOpenings(stack.bus);
  expect(openings).toHaveLength(wanted);
  expect(auditDecisions(openings, log)).toMatchObject({ lost: [], duplicates: [] });
  // None was cut off by its deadline, and none lost its part to a death that it did not cause.
  expect(log.filter(({ decision }) => decision?.cause !== DecisionCause.COMPLETE)).toEqual([]);
  expect(log.flatMap(({ decision }) => decision?.partsMissing ?? [])).toEqual([]);
}, 180_000);
