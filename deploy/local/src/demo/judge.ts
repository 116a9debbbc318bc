import { auditDecisions, type DeadLetter, type LoggedDecision } from '@tercet/client';
import { type Decision, type DecisionTimings, itemKey } from '@tercet/contracts';
import { checkDecision } from './check.js';
import type { DemoItem } from './items/demo-item.js';
import type { DemoResult, Outcome } from './outcome.js';

export interface Evidence {
  /** What the gateway answered for each item version. */
  readonly answers: readonly (readonly [DemoItem, Decision | undefined])[];
  /** All of `decisions`, read_committed. */
  readonly log: readonly LoggedDecision[];
  /** All dead letters. */
  readonly letters: readonly DeadLetter[];
  /** The one that the undecodable record became. */
  readonly expectedLetter: DeadLetter | undefined;
  /** When each item was handed over. */
  readonly sentAtMs: ReadonlyMap<DemoItem, number>;
}

/** Holds what happened against what should have. Pure. */
export function judge({ answers, log, letters, expectedLetter, sentAtMs }: Evidence): DemoResult {
  const versions = answers.map(([{ item }]) => ({
    key: itemKey(item.tenant, item.itemId),
    version: item.version,
  }));
  const audit = auditDecisions(versions, log);
  const outcomes = answers.map(([demo, answered]): Outcome => {
    const key = itemKey(demo.item.tenant, demo.item.itemId);
    const logged = log.find((one) => one.key === key && one.decision?.version === demo.item.version);
    const decision = logged?.decision;
    const wrong = checkDecision(demo, decision);
    if (decision && answered?.decisionId !== decision.decisionId) {
      wrong.push('the gateway did not answer with the decision of the log');
    }
    return {
      demo,
      decision,
      latencyMs: logged ? latencyOf(logged, sentAtMs.get(demo)) : undefined,
      decisions: audit.firstDecisions.get(`${key}@${demo.item.version}`) ?? 0,
      wrong,
    };
  });
  return {
    outcomes,
    lost: audit.lost.length,
    duplicates: audit.duplicates.length,
    deadLetters: letters.map(({ code, topic, partition, offset }) => ({
      code,
      record: `${topic}/${partition}/${offset}`,
    })),
    wrong: wrongBesides(audit.duplicates, letters, expectedLetter),
  };
}

function wrongBesides(
  duplicates: readonly string[],
  letters: readonly DeadLetter[],
  expected: DeadLetter | undefined,
): string[] {
  const wrong = duplicates.map((name) => `${name} was decided more than once`);
  if (!expected) wrong.push('the undecodable record did not become a dead letter');
  else if (expected.code !== 'undecodable')
    wrong.push(`the undecodable record is a dead letter as ${expected.code}`);
  if (letters.length > 1) wrong.push(`${letters.length} dead letters where one was expected`);
  return wrong;
}

function latencyOf(logged: LoggedDecision, sentAt: number | undefined): number | undefined {
  if (sentAt === undefined || logged.timings === '') return undefined;
  const { decidedAtMs } = JSON.parse(logged.timings) as DecisionTimings;
  return decidedAtMs - sentAt;
}
