import { expect, it } from 'vitest';
import type { Decided, Opening, PartSeen } from './ledger.js';
import { recoveriesOf } from './recovery.js';
import type { FaultSeen } from './run-faults.js';

const opening = (id: string, partition: number, appendMs: number): Opening => ({
  kind: 'opening',
  id,
  partition,
  offset: 0n,
  appendMs,
  windowMs: 1000,
});
const part = (id: string, modality: string, appendMs: number): PartSeen => ({
  kind: 'part',
  id,
  partId: modality,
  modality,
  offset: 1n,
  appendMs,
  vectors: [],
});
const decision = (itemKey: string, sentMs: number): Decided => ({
  itemKey,
  version: 1n,
  revision: 1,
  status: 'decided',
  isFirst: true,
  isReview: false,
  partition: 0,
  offset: 0n,
  sentMs,
  used: [],
  timedOut: [],
  isComplete: true,
});
const at = (target: FaultSeen['target'], brokeMs: number): FaultSeen => ({
  fault: { kind: 'kill', target, atMs: 0, lengthMs: 0 },
  target,
  startedMs: brokeMs,
  brokeMs,
  endedMs: brokeMs,
});
const recovery = (
  fault: FaultSeen,
  inputs: readonly (Opening | PartSeen)[],
  decisions: readonly Decided[] = [],
  gatewayAnsweredMs: readonly number[] = [],
) => recoveriesOf([fault], { inputs, decisions, gatewayAnsweredMs })[0];

it('waits for the last partition to decide something that was opened after the fault', () => {
  const inputs = [opening('a@1', 0, 900), opening('b@1', 0, 1100), opening('c@1', 1, 1200)];
  const decisions = [decision('a', 1300), decision('b', 1500), decision('c', 4000)];
  expect(recovery(at('fusion-0', 1000), inputs, decisions)).toBe(4000);
  expect(recovery(at('redis', 1000), inputs, decisions.slice(0, 2))).toBeUndefined();
});

it('asks nothing of a partition that rests, and nothing where nothing came after', () => {
  const inputs = [opening('b@1', 0, 1100), opening('c@1', 1, 90_000)];
  expect(recovery(at('kafka', 1000), inputs, [decision('b', 1500)])).toBe(1500);
  expect(recovery(at('kafka', 95_000), inputs, [decision('b', 1500)])).toBe(95_000);
});

it('takes an encoder’s first part of an item that was opened after the fault', () => {
  const inputs = [
    ...[opening('a@1', 0, 900), part('a@1', 'text', 1400), opening('b@1', 0, 1100)],
    ...[part('b@1', 'image', 1500), part('b@1', 'text', 3000)],
  ];
  expect(recovery(at('text-encoder', 1000), inputs)).toBe(3000);
  expect(recovery(at('audio-encoder', 1000), inputs)).toBe(1000);
});

it('takes the gateway’s first answer', () => {
  expect(recovery(at('gateway', 1000), [], [], [800, 2500, 2000])).toBe(2000);
  expect(recovery(at('gateway', 3000), [], [], [800, 2500])).toBeUndefined();
});
