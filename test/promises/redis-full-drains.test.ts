import { DecisionCause, JoinRecord } from '@tercet/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinRecord } from '../../services/fusion/src/simulation/join-records.js';
import { counter, decided, type JoinStage, ledger, startJoinStage } from './join-stage.js';

const ITEMS = 3_000;
const VECTOR_BYTES = 4_096;
/** About a third of what the items need. */
const ROOM_BYTES = 6 * 1024 * 1024;
const WINDOW_MS = 8_000;
const BATCH = 200;

let stage: JoinStage;
beforeAll(async () => {
  stage = await startJoinStage('redis-full', { partitions: 2 });
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
});

const itemKey = (n: number) => `acme/bulky-${n}`;

/** A part whose vector takes room. */
function bulky(key: string, partId: string): Uint8Array {
  const record = JoinRecord.decode(joinRecord.embedded(key, 1n, partId));
  if (record.body?.$case !== 'partEmbedded') throw new Error('an embedded part was asked for');
  for (const embedding of record.body.value.embeddings) {
    embedding.dimension = VECTOR_BYTES / 4;
    embedding.vectors = [{ data: new Uint8Array(VECTOR_BYTES), span: undefined }];
  }
  return JoinRecord.encode(record).finish();
}

async function usedMemory(): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await stage.redisCommand('INFO', 'memory'))?.[1]);
}

it('a Redis that is full to its limit drains by itself: everything is decided, nobody restarted', async () => {
  const fusion = await stage.startFusion();
  const { pid } = fusion;
  const limit = (await usedMemory()) + ROOM_BYTES;
  await stage.redisCommand('CONFIG', 'SET', 'maxmemory', String(limit));
  for (let from = 0; from < ITEMS; from += BATCH) {
    const keys = Array.from({ length: BATCH }, (_, n) => itemKey(from + n));
    await stage.send(
      keys.flatMap((key) => [
        { itemKey: key, value: joinRecord.opened(key, 1n, ['text', 'image'], WINDOW_MS) },
        { itemKey: key, value: bulky(key, 'text') },
      ]),
    );
  }
  // Behind what fills Redis: the other part of every second item.
  for (let from = 0; from < ITEMS; from += BATCH) {
    const keys = Array.from({ length: BATCH / 2 }, (_, n) => itemKey(from + 2 * n));
    await stage.send(keys.map((key) => ({ itemKey: key, value: bulky(key, 'image') })));
  }
  const decisions = await decided(stage, ITEMS, 110_000);
  const metrics = await fusion.metrics();
  expect(counter(metrics, 'tercet_fusion_overloads_total')).toBeGreaterThan(0);
  const opened = Array.from({ length: ITEMS }, (_, n) => ({ itemKey: itemKey(n), version: 1n }));
  expect(ledger(opened, decisions)).toEqual({ missing: [], repeated: [], outOfOrder: [] });
  expect(fusion.pid).toBe(pid);
  const causes = new Map<string, number>();
  for (const { cause } of decisions)
    causes.set(DecisionCause[cause], (causes.get(DecisionCause[cause]) ?? 0) + 1);
  console.log(`decided by cause: ${JSON.stringify(Object.fromEntries(causes))}; limit ${limit} bytes`);

  // It is as before: under the same limit, an item with all its parts is decided at once.
  await stage.send([
    { itemKey: 'acme/afterwards', value: joinRecord.opened('acme/afterwards', 1n, ['text'], 60_000) },
    { itemKey: 'acme/afterwards', value: bulky('acme/afterwards', 'text') },
  ]);
  const all = await decided(stage, ITEMS + 1);
  const last = all.find((decision) => decision.itemKey === 'acme/afterwards');
  expect(DecisionCause[last?.cause ?? 0]).toBe('COMPLETE');
  expect(await usedMemory()).toBeLessThan(limit);
}, 180_000);
