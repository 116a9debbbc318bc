import { Decision, DecisionCause } from '@tercet/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { auditDecisions } from './decision-log.js';

const opening = (key: string, version: number) => ({ key, version: BigInt(version) });

function logged(key: string, version: number, revision: number, cause: DecisionCause) {
  return { key, decision: Decision.fromPartial({ version: BigInt(version), revision, cause }) };
}

it('names a version that was opened and never decided', () => {
  const audit = auditDecisions(
    [opening('a/1', 1), opening('a/1', 2)],
    [logged('a/1', 1, 1, DecisionCause.COMPLETE)],
  );
  expect(audit.lost).toEqual(['a/1@2']);
  expect(audit.duplicates).toEqual([]);
});

it('names a version that was decided twice, and a revision that was written twice', () => {
  const log = [
    logged('a/1', 1, 1, DecisionCause.COMPLETE),
    logged('a/1', 1, 2, DecisionCause.DEADLINE),
    logged('a/2', 1, 1, DecisionCause.COMPLETE),
    logged('a/2', 1, 2, DecisionCause.REVIEW),
    logged('a/2', 1, 2, DecisionCause.REVIEW),
  ];
  const audit = auditDecisions([opening('a/1', 1), opening('a/2', 1)], log);
  expect(audit.lost).toEqual([]);
  expect([...audit.duplicates].sort()).toEqual(['a/1@1', 'a/2@1']);
});

it('takes further revisions and tombstones for what they are', () => {
  const log = [
    logged('a/1', 1, 1, DecisionCause.COMPLETE),
    logged('a/1', 1, 2, DecisionCause.LATE_PART),
    logged('a/1', 1, 3, DecisionCause.REVIEW),
    logged('a/1', 1, 4, DecisionCause.ERASED),
    { key: 'a/1', decision: undefined },
  ];
  const audit = auditDecisions([opening('a/1', 1)], log);
  expect(audit).toMatchObject({ lost: [], duplicates: [] });
});

it('finds exactly the versions whose first decision is missing or repeated', () => {
  const counts = fc.uniqueArray(fc.record({ key: fc.integer({ min: 0, max: 50 }), times: fc.nat(3) }), {
    selector: ({ key }) => key,
    maxLength: 20,
  });
  fc.assert(
    fc.property(counts, (versions) => {
      const openings = versions.map(({ key }) => opening(`t/${key}`, 1));
      const log = versions.flatMap(({ key, times }) =>
        Array.from({ length: times }, (_, index) => logged(`t/${key}`, 1, index + 1, DecisionCause.COMPLETE)),
      );
      const audit = auditDecisions(openings, log);
      const named = (wanted: (times: number) => boolean) =>
        versions.filter(({ times }) => wanted(times)).map(({ key }) => `t/${key}@1`);
      expect([...audit.lost].sort()).toEqual(named((times) => times === 0).sort());
      expect([...audit.duplicates].sort()).toEqual(named((times) => times > 1).sort());
    }),
  );
});
