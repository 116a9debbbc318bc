import { waitFor } from '@tercet/harness';
import type { ServiceProcess } from '@tercet/local';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinRecord } from '../../services/fusion/src/simulation/join-records.js';
import { counter, decided, type JoinStage, lines, startJoinStage } from './join-stage.js';

let stage: JoinStage;
let fusion: ServiceProcess;
beforeAll(async () => {
  stage = await startJoinStage('supersede', { partitions: 1 });
  fusion = await stage.startFusion();
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
});

it('a newer version settles what waits, and nothing of an older one is opened or decided', async () => {
  const itemKey = 'acme/edited';
  await stage.send([
    { itemKey, value: joinRecord.opened(itemKey, 2n, ['text'], 600_000) },
    { itemKey, value: joinRecord.opened(itemKey, 5n, ['text'], 600_000) },
    { itemKey, value: joinRecord.embedded(itemKey, 2n, 'text') },
    { itemKey, value: joinRecord.opened(itemKey, 3n, ['text'], 600_000) },
    { itemKey, value: joinRecord.embedded(itemKey, 5n, 'text') },
    { itemKey, value: joinRecord.opened(itemKey, 4n, ['text'], 600_000) },
  ]);
  expect(lines(await decided(stage, 2))).toEqual([`${itemKey} 2.1 SUPERSEDED`, `${itemKey} 5.1 DECIDED`]);
  await waitFor(
    'three stale records',
    async () => counter(await fusion.metrics(), 'tercet_fusion_records_total', ['"stale"']) === 3,
  );
  expect(lines(await stage.decisions())).toHaveLength(2);
});

it('an erasure ends an item, and a newer version may begin it again', async () => {
  const itemKey = 'acme/erased';
  await stage.send([
    { itemKey, value: joinRecord.opened(itemKey, 1n, ['text'], 600_000) },
    { itemKey, value: joinRecord.erased(itemKey, 1n) },
    { itemKey, value: joinRecord.embedded(itemKey, 1n, 'text') },
    { itemKey, value: joinRecord.opened(itemKey, 2n, ['text'], 600_000) },
    { itemKey, value: joinRecord.embedded(itemKey, 2n, 'text') },
  ]);
  const decisions = await decided(stage, 4);
  expect(lines(decisions).filter((line) => line.startsWith(itemKey))).toEqual([
    `${itemKey} 1.1 ERASED`,
    `${itemKey} 2.1 DECIDED`,
  ]);
});
