import { DecisionCause } from '@tercet/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinRecord } from '../../services/fusion/src/simulation/join-records.js';
import { decided, type JoinStage, ledger, type Sent, startJoinStage } from './join-stage.js';

let stage: JoinStage;
beforeAll(async () => {
  stage = await startJoinStage('one-decision');
  await stage.startFusion();
});
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
});

it('every opened version ends in exactly one first decision, in ascending order', async () => {
  const opened: { itemKey: string; version: bigint }[] = [];
  const records: Sent[] = [];
  for (let n = 0; n < 300; n += 1) {
    const itemKey = `acme/post-${n}`;
    for (let version = 1n; version <= BigInt(1 + (n % 3)); version += 1n) {
      opened.push({ itemKey, version });
      const parts = ['text', 'image', 'audio'].slice(0, 1 + (n % 3));
      records.push({ itemKey, value: joinRecord.opened(itemKey, version, parts, 60_000) });
      // Every second version is overtaken before its last part came.
      const last = version === BigInt(1 + (n % 3));
      for (const part of last ? parts : parts.slice(0, n % 2))
        records.push({ itemKey, value: joinRecord.embedded(itemKey, version, part) });
    }
  }
  for (let at = 0; at < records.length; at += 50) await stage.send(records.slice(at, at + 50));
  const decisions = await decided(stage, opened.length);
  expect(ledger(opened, decisions)).toEqual({ missing: [], repeated: [], outOfOrder: [] });
  expect(decisions).toHaveLength(opened.length);
  const causes = new Set(decisions.map(({ cause }) => DecisionCause[cause]));
  expect([...causes].sort()).toEqual(['COMPLETE', 'SUPERSEDED']);
});
