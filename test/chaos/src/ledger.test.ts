import { expect, it } from 'vitest';
import { type Decided, holdAgainst, type Opening, type PartSeen } from './ledger.js';

const opening = (id: string, offset = 0n, appendMs = 1000): Opening => ({
  kind: 'opening',
  id,
  partition: 0,
  offset,
  appendMs,
  windowMs: 500,
});
const part = (id: string, vector: string, offset = 1n, appendMs = 1200): PartSeen => ({
  kind: 'part',
  id,
  partId: 'body',
  modality: 'text',
  offset,
  appendMs,
  vectors: [vector],
});
const decision = (over: Partial<Decided> = {}): Decided => ({
  itemKey: 'a/1',
  version: 1n,
  revision: 1,
  status: 'decided',
  isFirst: true,
  isReview: false,
  partition: 0,
  offset: 0n,
  sentMs: 1300,
  used: [{ partId: 'body', vectors: ['v'] }],
  timedOut: [],
  isComplete: true,
  ...over,
});
const findings = (inputs: readonly (Opening | PartSeen)[], decisions: readonly Decided[]) => {
  const { lost, duplicated, wrongInputs, earlyTimeouts, disordered } = holdAgainst(inputs, decisions);
  return {
    lost: lost.length,
    duplicated: duplicated.length,
    wrong: wrongInputs.length,
    early: earlyTimeouts.length,
    disordered: disordered.length,
  };
};
const CLEAN = { lost: 0, duplicated: 0, wrong: 0, early: 0, disordered: 0 };
const INPUTS = [opening('a/1@1'), part('a/1@1', 'v')];

it('finds nothing where each opened version has its one decision', () => {
  expect(findings(INPUTS, [decision()])).toEqual(CLEAN);
  const { opened, decided, completions } = holdAgainst(INPUTS, [decision()]);
  expect({ opened, decided, completions }).toEqual({
    opened: 1,
    decided: 1,
    completions: [{ id: 'a/1@1', partition: 0, openedMs: 1000, lastPartMs: 1200, decidedMs: 1300 }],
  });
});

it('counts an opened version without a first decision as lost', () => {
  expect(findings(INPUTS, [])).toEqual({ ...CLEAN, lost: 1 });
  expect(findings(INPUTS, [decision({ revision: 2, isFirst: false })])).toEqual({ ...CLEAN, lost: 1 });
});

it('counts a repeated opening once', () => {
  expect(findings([...INPUTS, opening('a/1@1', 5n)], [decision()])).toEqual(CLEAN);
});

it('counts a revision that comes twice, and several first decisions', () => {
  const again = decision({ offset: 1n });
  expect(findings(INPUTS, [decision(), again]).duplicated).toBe(2);
  expect(findings(INPUTS, [decision(), decision({ revision: 2 })])).toEqual({ ...CLEAN, duplicated: 1 });
  expect(findings(INPUTS, [decision(), decision({ revision: 2, isFirst: false })])).toEqual(CLEAN);
});

it('counts vectors that nobody published for the part', () => {
  const used = [{ partId: 'body', vectors: ['other'] }];
  expect(findings(INPUTS, [decision({ used })])).toEqual({ ...CLEAN, wrong: 1 });
  const elsewhere = [opening('a/1@1'), part('a/1@2', 'v')];
  expect(findings(elsewhere, [decision()]).wrong).toBe(1);
  expect(findings([...INPUTS, part('a/1@1', 'other', 2n)], [decision({ used })])).toEqual(CLEAN);
});

it('counts a time-out of a part that was appended before the deadline, and no other', () => {
  const timedOut = decision({ used: [], timedOut: ['body'], isComplete: false });
  expect(findings(INPUTS, [timedOut])).toEqual({ ...CLEAN, early: 1 });
  const atDeadline = [opening('a/1@1'), part('a/1@1', 'v', 1n, 1500)];
  expect(findings(atDeadline, [timedOut])).toEqual(CLEAN);
  const beforeOpening = [opening('a/1@1', 5n), part('a/1@1', 'v', 1n)];
  expect(findings(beforeOpening, [timedOut])).toEqual(CLEAN);
});

it('counts a version that comes after a higher one, and one that nobody opened', () => {
  const inputs = [opening('a/1@1'), part('a/1@1', 'v'), opening('a/1@2', 2n), part('a/1@2', 'v', 3n)];
  const [one, two] = [decision(), decision({ version: 2n })];
  expect(findings(inputs, [one, two])).toEqual(CLEAN);
  expect(findings(inputs, [two, one])).toEqual({ ...CLEAN, disordered: 1 });
  expect(findings(INPUTS, [one, two])).toEqual({ ...CLEAN, disordered: 1, wrong: 1 });
});
