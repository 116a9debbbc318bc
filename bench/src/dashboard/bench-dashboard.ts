import type { OutgoingRecord } from '@tercet/bus';
import { type DashboardClient, loginToDashboard, startPostgres, startTestStack } from '@tercet/harness';
import { waitFor } from '@tercet/local';
import { percentilesOf } from '../join/percentiles.js';
import { describeMachine, load } from '../machine.js';
import type { BenchResult, Effort } from '../result.js';
import { Samples } from '../samples.js';
import { decisionRecord, openingRecord, sampleItem } from './sample-load.js';
import { streamDelays } from './stream-delay.js';

const EFFORTS = {
  quick: { decisions: 10_000, rounds: 3, requests: 60 },
  full: { decisions: 50_000, rounds: 5, requests: 120 },
} as const;
const CONCURRENCY = 4;
/** 6,000 decisions a minute, twenty people looking. */
const STREAM = { perSecond: 100, seconds: 20, clients: 20 } as const;
const SEND_RECORDS = 1_000;
const INGEST_TIMEOUT_MS = 600_000;

/** What a moderator's page asks, each as its own figure. Paths that differ by request spread over the data. */
const REQUESTS: Readonly<Record<string, (n: number, decisions: number) => string>> = {
  feed: (n, decisions) =>
    `/api/v1/decisions?limit=50${n % 2 === 0 ? '' : `&before=${1 + ((n * 997) % decisions)}`}`,
  filter_action: () => '/api/v1/decisions?limit=50&action=block',
  filter_category: (n) => `/api/v1/decisions?limit=50&category=${n % 2 === 0 ? 'hate' : 'spam/scam'}`,
  filter_rare: () => '/api/v1/decisions?limit=50&conflict=true&missing=true',
  filter_item: (n, decisions) => `/api/v1/decisions?limit=50&item=post-${(n * 31) % decisions}`,
  filter_many: () =>
    '/api/v1/decisions?limit=50&tenant=acme&modality=image&language=en,de&policy=default@1&action=review,block',
  item: (n, decisions) => {
    const { tenant, itemId } = sampleItem((n * 37) % decisions);
    return `/api/v1/items/${tenant}/${itemId}`;
  },
  queue: () => '/api/v1/queues/general/cases?limit=50',
  queues: () => '/api/v1/queues',
  rates: () => '/api/v1/rates?minutes=120',
};

/** The dashboard's server on Debian's PostgreSQL, with decisions that came over Kafka. */
export async function benchDashboard(effort: Effort): Promise<BenchResult> {
  const { decisions, rounds, requests } = EFFORTS[effort];
  await using postgres = await startPostgres();
  await using stack = await startTestStack('bench-dashboard', {
    services: ['dashboard'],
    serviceEnv: { dashboard: { DATABASE_URL: postgres.createDatabase('bench') } },
  });
  const lead = await loginToDashboard(stack.dashboardUrl, { name: 'bench', role: 'lead' });
  const samples = new Samples();
  await fill(stack, lead, decisions, samples);
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, path] of Object.entries(REQUESTS)) {
      const { p50, p95 } = percentilesOf(
        await timed(lead, requests, (n) => path(round * requests + n, decisions)),
      );
      samples.addAll({ [`${name}_p50`]: p50, [`${name}_p95`]: p95 });
    }
    const claims = percentilesOf(await timedClaims(lead, Math.floor(requests / 4)));
    samples.addAll({ claim_p50: claims.p50, claim_p95: claims.p95, load: load() });
    process.stderr.write(`round ${round + 1}: ${samples.lastLine()}\n`);
  }
  await using producer = await stack.bus.producer();
  const { p50, p95, max } = percentilesOf(await streamDelays(producer, lead, { ...STREAM, from: decisions }));
  samples.addAll({ stream_p50: p50, stream_p95: p95, stream_max: max });
  return resultOf(samples, decisions, rounds, requests);
}

/** Sends openings and decisions, and waits until all are in the database and counted. */
async function fill(
  stack: Awaited<ReturnType<typeof startTestStack>>,
  lead: DashboardClient,
  decisions: number,
  samples: Samples,
): Promise<void> {
  await using producer = await stack.bus.producer();
  const nowMs = Date.now();
  const send = async (record: (n: number) => OutgoingRecord): Promise<void> => {
    for (let from = 0; from < decisions; from += SEND_RECORDS)
      await producer.send(
        Array.from({ length: Math.min(SEND_RECORDS, decisions - from) }, (_, n) => record(from + n)),
      );
  };
  const started = performance.now();
  await send((n) => openingRecord(n));
  await send((n) => decisionRecord(n, nowMs));
  await waitFor(
    'every decision is in the database',
    async () => {
      const { next } = await lead.get<{ next: number | null }>(`/api/v1/decisions?limit=1&before=${2 ** 40}`);
      const health = await lead.get<{ ownLag: number | null; openJoins: number | null }>('/api/v1/pipeline');
      return next !== null && health.ownLag === 0 && health.openJoins === 0;
    },
    { timeoutMs: INGEST_TIMEOUT_MS, intervalMs: 500, explain: () => stack.service('dashboard').explain() },
  );
  samples.add('ingest_per_s', decisions / ((performance.now() - started) / 1_000));
}

/** Milliseconds of each request, `CONCURRENCY` under way at a time. */
async function timed(lead: DashboardClient, count: number, path: (n: number) => string): Promise<number[]> {
  const taken: number[] = [];
  let next = 0;
  const one = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) {
      const started = performance.now();
      await lead.get(path(n));
      taken.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, one));
  return taken;
}

/** Milliseconds of each claim of the most urgent case, which is then given back. */
async function timedClaims(lead: DashboardClient, count: number): Promise<number[]> {
  const taken: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const started = performance.now();
    const { status, body } = await lead.send('POST', '/api/v1/queues/general/claim');
    taken.push(performance.now() - started);
    if (status !== 200) throw new Error(`a claim was answered with ${status}`);
    await lead.send('POST', `/api/v1/cases/${(body as { case: { id: string } }).case.id}/release`);
  }
  return taken;
}

function resultOf(samples: Samples, decisions: number, rounds: number, requests: number): BenchResult {
  const names = [...Object.keys(REQUESTS), 'claim'];
  const units: Record<string, string> = { ingest_per_s: 'decisions/s', load: 'processes' };
  for (const name of names) for (const share of ['p50', 'p95']) units[`${name}_${share}`] = 'ms';
  for (const share of ['p50', 'p95', 'max']) units[`stream_${share}`] = 'ms';
  return {
    suite: 'dashboard',
    machine: describeMachine(),
    ratios: {},
    figures: Object.fromEntries(
      Object.entries(units).map(([name, unit]) => [name, samples.figure(name, unit)]),
    ),
    notes: [
      `${decisions} decisions with their openings, of which a tenth are open cases, on PostgreSQL with its own defaults; ${rounds} rounds of ${requests} requests of each kind, ${CONCURRENCY} at a time, over HTTP on loopback, audit lines and look-ups of the session included.`,
      'ingest: from the first record sent to the last one in the database, sending included.',
      `stream: from a decision’s send on Kafka to its event at a client, ${STREAM.perSecond} decisions a second for ${STREAM.seconds} s, ${STREAM.clients} open streams.`,
      'The asking process, the server, PostgreSQL and Kafka share the cores.',
    ],
  };
}
