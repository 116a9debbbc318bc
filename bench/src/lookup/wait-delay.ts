import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '@tercet/bus';
import { connectGateway } from '@tercet/client';
import { DEFAULT_PARTITIONS, Decision, DecisionStatus, partitionOf, TOPIC } from '@tercet/contracts';
import { UnavailableError } from '@tercet/kit';

const TENANT = 'bench';
const SETTLE_MS = 1_500;
/** Callers that wait for one transaction. */
const WAITERS = 20;
const TIMEOUT_MS = 20_000;
const COMMIT_TIMEOUT_MS = 10_000;

/** Milliseconds of one wait. */
export interface WaitDelay {
  /** From the moment at which the transaction's commit was known to be visible; below 0: the caller knew earlier. */
  readonly afterCommit: number;
  /** From before the transaction was begun. */
  readonly afterBegin: number;
}

/**
 * Callers of WaitForDecision whose decisions are committed one by one, each in a transaction of its own, until `until`
 * says enough. On one partition, as an owner would.
 */
export async function waitDelays(
  bus: Bus,
  address: string,
  name: string,
  until: () => boolean,
): Promise<WaitDelay[]> {
  using client = connectGateway(address);
  const place = { topic: TOPIC.decisions, partition: 0 };
  await using producer = await bus.transactionalProducer(`bench-${name}`, place);
  const delays: WaitDelay[] = [];
  for (let n = 0; !until(); ) {
    const waits = [];
    while (waits.length < WAITERS) {
      n += 1;
      const itemId = `wait-${name}-${n}`;
      const key = `${TENANT}/${itemId}`;
      if (partitionOf(key, DEFAULT_PARTITIONS.join) !== place.partition) continue;
      const answer = client
        .waitForDecision(TENANT, itemId, 1n, TIMEOUT_MS)
        .then((decision) => ({ decision, atMs: performance.now() }));
      waits.push({ key, answer });
    }
    // The calls have to have arrived: one that comes after the commit would ask the state, which knows nothing of it.
    await delay(SETTLE_MS);
    const records = waits.map(({ key }) => ({ ...place, key, value: decisionOf(key) }));
    const begunAtMs = performance.now();
    await producer.commit(records, COMMIT_TIMEOUT_MS);
    const committedAtMs = performance.now();
    for (const { decision, atMs } of await Promise.all(waits.map(({ answer }) => answer))) {
      if (!decision) throw new UnavailableError('deadline', 'WaitForDecision answered without a decision');
      delays.push({ afterCommit: atMs - committedAtMs, afterBegin: atMs - begunAtMs });
    }
  }
  return delays;
}

function decisionOf(itemKey: string): Uint8Array {
  const decision = { itemKey, version: 1n, revision: 1, status: DecisionStatus.DECIDED };
  return Decision.encode(Decision.fromPartial(decision)).finish();
}
