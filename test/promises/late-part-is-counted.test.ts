import { DecisionCause } from '@tercet/contracts';
import { waitFor } from '@tercet/harness';
import type { ServiceProcess } from '@tercet/local';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { joinRecord } from '../../services/fusion/src/simulation/join-records.js';
import { counter, decided, type JoinStage, lines, startJoinStage } from './join-stage.js';

let stage: JoinStage;
beforeEach(async () => {
  stage = await startJoinStage('late-part', { partitions: 1 });
});
afterEach(async () => {
  await stage?.[Symbol.asyncDispose]();
});

const itemKey = 'acme/post';
const counted = (fusion: ServiceProcess, outcome: string, count: number) =>
  waitFor(
    `${count} records counted as ${outcome}`,
    async () => counter(await fusion.metrics(), 'tercet_fusion_records_total', [`"${outcome}"`]) === count,
  );

it('a part after the decision is counted and changes nothing, unless there is a late window', async () => {
  const fusion = await stage.startFusion();
  await stage.send([
    { itemKey, value: joinRecord.opened(itemKey, 1n, ['text', 'image'], 300) },
    { itemKey, value: joinRecord.embedded(itemKey, 1n, 'text') },
  ]);
  await decided(stage, 1);
  await stage.send([{ itemKey, value: joinRecord.embedded(itemKey, 1n, 'image') }]);
  await counted(fusion, 'too_late', 1);
  await stage.send([{ itemKey: 'acme/none', value: joinRecord.embedded('acme/none', 1n, 'text') }]);
  await counted(fusion, 'orphan', 1);
  expect(lines(await stage.decisions())).toEqual([`${itemKey} 1.1 DECIDED`]);
});

it('inside the late window a part makes one revision', async () => {
  const fusion = await stage.startFusion({ TERCET_LATE_WINDOW_MS: '600000' });
  await stage.send([
    { itemKey, value: joinRecord.opened(itemKey, 1n, ['text', 'image'], 300) },
    { itemKey, value: joinRecord.embedded(itemKey, 1n, 'text') },
  ]);
  await decided(stage, 1);
  const late = { itemKey, value: joinRecord.embedded(itemKey, 1n, 'image') };
  await stage.send([late, late]);
  const decisions = await decided(stage, 2);
  await counted(fusion, 'late', 1);
  await counted(fusion, 'duplicate', 1);
  expect(decisions.map(({ revision, cause }) => `${revision} ${DecisionCause[cause]}`)).toEqual([
    '1 DEADLINE',
    '2 LATE_PART',
  ]);
});
