import { Decision, Review, TOPIC } from '@tercet/contracts';
import {
  type DashboardClient,
  loginToDashboard,
  type Postgres,
  startPostgres,
  startTestStack,
  type TestStack,
  waitFor,
} from '@tercet/harness';
import { silentLogger } from '@tercet/kit';
import { freePort } from '@tercet/local';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CaseSummary, QueueSummary } from '../../services/dashboard/src/api/review.js';
import { readAudit } from '../../services/dashboard/src/audit/read-audit.js';
import { verifyChain } from '../../services/dashboard/src/audit/verify-chain.js';
import { openPostgres } from '../../services/dashboard/src/database/pg-database.js';
import { sampleDecision } from '../../services/dashboard/src/testing/sample-records.js';
import { type Replicas, replicasOf } from './replicas.js';

const CASES = 300;
const REVIEWERS = 20;
/** So many of them take a case and are never seen again. */
const VANISHING = 4;
const LEASE_SECONDS = 8;

let stack: TestStack;
let postgres: Postgres;
let database: string;
const processes: Replicas[] = [];
const urls: string[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  stack = await startTestStack('claims', { services: [] });
  database = postgres.createDatabase('claims');
  for (let n = 0; n < 2; n += 1) {
    const port = await freePort();
    urls.push(`http://127.0.0.1:${port}`);
    processes.push(
      replicasOf(stack, 'dashboard', {
        DATABASE_URL: database,
        TERCET_DASHBOARD_LOGIN: 'local',
        TERCET_DASHBOARD_PORT: String(port),
        TERCET_LEASE_SECONDS: String(LEASE_SECONDS),
        TERCET_GOLDEN_EVERY: '0',
      }),
    );
  }
  // Both migrate the empty database at once.
  await Promise.all(processes.map((one) => one.add(1)));
  await using producer = await stack.bus.producer();
  const records = Array.from({ length: CASES }, (_, n) => {
    const decision = sampleDecision({ itemId: `post-${n}`, action: 'review', flagged: { hate: n % 8 } });
    return { topic: TOPIC.decisions, key: decision.itemKey, value: Decision.encode(decision).finish() };
  });
  await producer.send(records);
});
afterAll(async () => {
  await Promise.all(processes.map((one) => one[Symbol.asyncDispose]()));
  await stack?.stop();
  await postgres?.[Symbol.asyncDispose]();
});

const explain = () => ({ explain: () => processes.map((one) => one.explain()).join('\n') });

interface Taken {
  readonly caseId: string;
  readonly itemId: string;
  readonly reviewer: number;
  readonly decided: boolean;
}

/** Works until the queue has been empty for longer than a lease. */
async function work(client: DashboardClient, reviewer: number, taken: Taken[]): Promise<void> {
  let emptySince: number | undefined;
  while (emptySince === undefined || performance.now() - emptySince < LEASE_SECONDS * 1_500) {
    const claimed = await client.send('POST', '/api/v1/queues/general/claim');
    if (claimed.status === 204) {
      emptySince ??= performance.now();
      await new Promise((resolve) => setTimeout(resolve, 100));
      continue;
    }
    emptySince = undefined;
    expect(claimed.status).toBe(200);
    const { id, itemId, version, revision } = (claimed.body as { case: CaseSummary }).case;
    if (reviewer < VANISHING) {
      taken.push({ caseId: id, itemId, reviewer, decided: false });
      return;
    }
    const word = {
      judgedVersion: version,
      judgedRevision: revision,
      action: 'block',
      modifiers: [],
      categories: [],
      note: '',
    };
    const reviewed = await client.send('POST', `/api/v1/cases/${id}/review`, word);
    expect(reviewed).toMatchObject({ status: 200 });
    taken.push({ caseId: id, itemId, reviewer, decided: true });
  }
}

/** Every review on the topic, by item key. */
async function reviewsOnKafka(): Promise<Map<string, number>> {
  await using admin = await stack.bus.admin();
  await using reader = await stack.bus.reader('reviews');
  const counts = new Map<string, number>();
  const partitions = await admin.partitionCount(TOPIC.reviews);
  for (let partition = 0; partition < partitions; partition += 1) {
    await reader.readToEnd({ topic: TOPIC.reviews, partition }, 0n, (records) => {
      for (const { value } of records) {
        const { itemKey } = Review.decode(value ?? new Uint8Array());
        counts.set(itemKey, (counts.get(itemKey) ?? 0) + 1);
      }
    });
  }
  return counts;
}

/** How often each act stands in the audit log, which both processes wrote to. */
async function auditedActs(): Promise<Record<string, number>> {
  await using log = await openPostgres(database, silentLogger());
  expect(await verifyChain(readAudit(log), [])).toMatchObject({ findings: [] });
  const acts = await log.query<{ act: string; lines: number }>(
    'SELECT act, count(*) AS lines FROM audit_log GROUP BY act',
  );
  return Object.fromEntries(acts.map(({ act, lines }) => [act, lines]));
}

it(`${REVIEWERS} reviewers at two processes: no case is claimed twice, and none is stuck`, async () => {
  const clients = await Promise.all(
    Array.from({ length: REVIEWERS }, (_, n) =>
      loginToDashboard(urls[n % 2] ?? '', { name: `reviewer ${n}`, role: 'reviewer' }),
    ),
  );
  const [first] = clients;
  await waitFor(
    'all cases to be open',
    async () => {
      const { queues } = (await first?.get<{ queues: QueueSummary[] }>('/api/v1/queues')) ?? { queues: [] };
      return queues.find(({ name }) => name === 'general')?.waiting === CASES;
    },
    explain(),
  );
  const taken: Taken[] = [];
  const started = performance.now();
  await Promise.all(clients.map((client, n) => work(client, n, taken)));
  const seconds = (performance.now() - started) / 1_000;
  const decided = taken.filter((one) => one.decided);
  // Each case was decided by one person, and was in other hands before only where those let it fall.
  expect(new Set(decided.map(({ caseId }) => caseId)).size).toBe(CASES);
  expect(decided).toHaveLength(CASES);
  const abandoned = taken.filter((one) => !one.decided);
  expect(new Set(abandoned.map(({ caseId }) => caseId)).size).toBe(VANISHING);
  expect(taken).toHaveLength(CASES + VANISHING);
  const { queues } = await (first as DashboardClient).get<{ queues: QueueSummary[] }>('/api/v1/queues');
  expect(queues.find(({ name }) => name === 'general')).toMatchObject({ waiting: 0, claimed: 0 });
  const reviews = await waitFor(
    'every review to be on Kafka',
    async () => {
      const counts = await reviewsOnKafka();
      return counts.size === CASES && counts;
    },
    explain(),
  );
  expect(reviews.size).toBe(CASES);
  // Every act has its line, and the lines of both processes are one chain.
  expect(await auditedActs()).toMatchObject({ login: REVIEWERS, claim: CASES + VANISHING, review: CASES });
  console.log(
    `${CASES} cases, ${REVIEWERS} reviewers, 2 processes: ${seconds.toFixed(1)} s, ${taken.length} claims, ` +
      `${abandoned.length} abandoned and taken over`,
  );
});
