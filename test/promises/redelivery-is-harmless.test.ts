import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinRecord } from '../../services/fusion/src/simulation/join-records.js';
import { decided, type JoinStage, ledger, startJoinStage } from './join-stage.js';

let stage: JoinStage;
beforeAll(async () => {
  stage = await startJoinStage('redelivery', { partitions: 2 });
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
});

it('records sent again, before and after the decision and over a restart, decide nothing again', async () => {
  const keys = Array.from({ length: 50 }, (_, n) => `acme/post-${n}`);
  const everything = keys.flatMap((itemKey) => [
    { itemKey, value: joinRecord.opened(itemKey, 1n, ['text', 'image'], 600_000) },
    { itemKey, value: joinRecord.embedded(itemKey, 1n, 'text') },
    { itemKey, value: joinRecord.embedded(itemKey, 1n, 'image') },
  ]);
  const first = await stage.startFusion();
  await stage.send([...everything, ...everything]);
  await decided(stage, keys.length);
  await stage.send(everything);
  await first.stop();
  await stage.send(everything);
  await stage.startFusion();
  const last = { itemKey: 'acme/last', value: joinRecord.opened('acme/last', 1n, [], 600_000) };
  const other = { itemKey: 'acme/other', value: joinRecord.opened('acme/other', 1n, [], 600_000) };
  await stage.send([last, other]);
  const decisions = await decided(stage, keys.length + 2);
  const opened = [...keys, 'acme/last', 'acme/other'].map((itemKey) => ({ itemKey, version: 1n }));
  expect(ledger(opened, decisions)).toEqual({ missing: [], repeated: [], outOfOrder: [] });
  expect(decisions).toHaveLength(opened.length);
});
