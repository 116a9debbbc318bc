import type { Bus, OutgoingRecord } from '@tercet/bus';
import { Decision, decisionId, itemKey, JoinRecord, TOPIC } from '@tercet/contracts';
import { type DashboardClient, waitFor } from '@tercet/harness';
import { createContentStore } from '@tercet/kit';
import { resolveModel } from '@tercet/models';
import { loadHeadSets } from '@tercet/policy';
import { decisionRecord, openingRecord, sampleItem } from '../dashboard/sample-load.js';
import { benchTexts } from '../texts.js';

/** People with an open stream of decisions, and requests for pages under way at a time. */
const STREAMS = 20;
const ASKERS = 4;
const SEND_RECORDS = 1_000;
const READY_TIMEOUT_MS = 60_000;
const INGEST_TIMEOUT_MS = 600_000;

export interface DashboardLoad {
  readonly bus: Bus;
  readonly lead: DashboardClient;
  readonly decisions: number;
  readonly contentStore: string;
  readonly headsDir: string;
}

/**
 * All that a dashboard does, at once: it takes decisions in as fast as it can while people watch the stream, ask for pages, and one
 * of them asks again and again which words of a post weighed. Answers decisions a second.
 */
export async function loadDashboard(load: DashboardLoad): Promise<number> {
  const { bus, lead, decisions } = load;
  const explained = await explainable(load);
  await using producer = await bus.producer();
  await producer.send(explained.records);
  let answer: Awaited<ReturnType<typeof explain>> | undefined;
  await waitFor(
    'the words of a post can be weighed',
    async () => {
      answer = await explain(lead);
      return answer.status === 200;
    },
    { timeoutMs: READY_TIMEOUT_MS, intervalMs: 250, explain: () => JSON.stringify(answer) },
  );
  const ending = new AbortController();
  const others = [
    ...Array.from({ length: STREAMS }, () => watch(lead, ending.signal)),
    ...Array.from({ length: ASKERS }, (_, n) => ask(lead, n, decisions, ending.signal)),
    explainAgain(lead, ending.signal),
  ];
  const working = Promise.all(others);
  // What breaks among them ends the wait.
  const broken = working.then(() => Promise.reject(new Error('the load ended by itself')));
  broken.catch(() => undefined);
  const started = performance.now();
  const all = async (): Promise<void> => {
    await send(producer, decisions, openingRecord);
    const nowMs = Date.now();
    await send(producer, decisions, (n) => decisionRecord(n, nowMs));
    await waitFor(
      'every decision is in the database',
      async () => (await lead.get<{ ownLag: number | null }>('/api/v1/pipeline')).ownLag === 0,
      { timeoutMs: INGEST_TIMEOUT_MS, intervalMs: 500 },
    );
  };
  try {
    await Promise.race([all(), broken]);
    return decisions / ((performance.now() - started) / 1_000);
  } finally {
    ending.abort();
    await working.catch(() => undefined);
  }
}

async function send(
  producer: Awaited<ReturnType<Bus['producer']>>,
  count: number,
  record: (n: number) => OutgoingRecord,
): Promise<void> {
  for (let from = 0; from < count; from += SEND_RECORDS)
    await producer.send(
      Array.from({ length: Math.min(SEND_RECORDS, count - from) }, (_, n) => record(from + n)),
    );
}

async function watch(lead: DashboardClient, signal: AbortSignal): Promise<void> {
  try {
    for await (const _ of lead.events('/api/v1/decisions/stream', signal));
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function ask(lead: DashboardClient, from: number, items: number, signal: AbortSignal): Promise<void> {
  for (let n = from; !signal.aborted; n += ASKERS) {
    await lead.get('/api/v1/decisions?limit=50');
    await lead.get('/api/v1/decisions?limit=50&category=hate&action=review,block');
    const { tenant, itemId } = sampleItem((n * 37) % items);
    // Not yet there is an answer as well.
    await lead.send('GET', `/api/v1/items/${tenant}/${itemId}`);
    await lead.get('/api/v1/queues/general/cases?limit=50');
  }
}

const POST = { tenant: 'acme', itemId: 'weighed', partId: 'text', category: 'hate' } as const;

const explain = (lead: DashboardClient) =>
  lead.send('POST', `/api/v1/items/${POST.tenant}/${POST.itemId}/explain`, {
    version: 1,
    partId: POST.partId,
    category: POST.category,
  });

async function explainAgain(lead: DashboardClient, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { status, body } = await explain(lead);
    if (status !== 200) throw new Error(`which words weighed: ${status} ${JSON.stringify(body)}`);
  }
}

/** A decision about a post that the shipped heads could have made. */
async function explainable({
  contentStore,
  headsDir,
}: DashboardLoad): Promise<{ records: OutgoingRecord[] }> {
  const headSet = (await loadHeadSets(headsDir)).byId.get('default');
  if (!headSet) throw new Error(`no default head set lies in ${headsDir}`);
  const { tenant, itemId, partId, category } = POST;
  const key = itemKey(tenant, itemId);
  const bytes = Buffer.from(benchTexts(2, 3).join(' '));
  const part = {
    partId,
    modality: 'text',
    mediaType: 'text/plain',
    language: 'en',
    sha256: await createContentStore(contentStore).put(bytes),
  };
  const opening = JoinRecord.fromPartial({
    itemKey: key,
    version: 1n,
    body: { $case: 'itemOpened', value: { parts: [part], windowMs: 10_000n } },
  });
  const template = decisionRecord(2, Date.now());
  const decision = Decision.fromPartial({
    ...Decision.decode(template.value as Uint8Array),
    decisionId: decisionId(key, 1n, 1),
    itemKey: key,
    tenant,
    itemId,
    headSet: headSet.ref,
    // Words are weighed by the model that the decision rests on alone.
    models: [(await resolveModel(process.env['TERCET_TEXT_MODEL'] ?? 'text')).ref],
    partsUsed: [{ partId, modality: 'text', language: 'en' }],
    categories: [{ category, score: 0.9, threshold: 0.5, contributions: [{ partId, score: 0.9, share: 1 }] }],
  });
  return {
    records: [
      { topic: TOPIC.embeddings, key, value: JoinRecord.encode(opening).finish() },
      { ...template, key, value: Decision.encode(decision).finish() },
    ],
  };
}
