import { DecisionStatus, Item, ItemOperation, type Part } from '@tercet/contracts';
import {
  type DashboardClient,
  loginToDashboard,
  type Postgres,
  produceItem,
  startPostgres,
  startTestStack,
  type TestStack,
  waitFor,
} from '@tercet/harness';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DecisionPage, DecisionSummary } from '../../services/dashboard/src/api/decisions.js';
import type { ItemPage, WordWeights } from '../../services/dashboard/src/api/items.js';
import type { PipelineHealth } from '../../services/dashboard/src/api/pipeline.js';
import type { CaseList, CaseSummary, ReviewAnswer } from '../../services/dashboard/src/api/review.js';
import { decisionOf, itemOf, TENANT, text } from './walk/post.js';

const SCAM =
  'Congratulations, you have won a prize! Send your bank details and a fee of 50 dollars now to claim the money.';

let stack: TestStack;
let postgres: Postgres;
let lead: DashboardClient;
let reviewer: DashboardClient;

beforeAll(async () => {
  postgres = await startPostgres();
  stack = await startTestStack('dashboard', {
    services: ['intake', 'text-encoder', 'fusion', 'gateway', 'dashboard'],
    serviceEnv: { dashboard: { DATABASE_URL: postgres.createDatabase('dashboard') } },
  });
  lead = await loginToDashboard(stack.dashboardUrl, { name: 'Lee', role: 'lead' });
  reviewer = await loginToDashboard(stack.dashboardUrl, { name: 'Rae', role: 'reviewer' });
});
afterAll(async () => {
  await stack?.stop();
  await postgres?.[Symbol.asyncDispose]();
});

const log = () => ({ explain: () => stack.service('dashboard').explain() });
/** A part that no encoder knows, so that the item needs a person. */
const unknown: Part = {
  ...text('scent', ''),
  modality: 'smell',
  content: { $case: 'inline', value: new Uint8Array([1]) },
};
const send = async (itemId: string, parts: Part[], more: Partial<Item> = {}) => {
  await produceItem(stack.bus, { ...itemOf(itemId, parts), ...more });
  return decisionOf(stack, itemId);
};
const page = (itemId: string, who = reviewer) => who.get<ItemPage>(`/api/v1/items/${TENANT}/${itemId}`);
const pageWhen = (what: string, itemId: string, holds: (page: ItemPage) => boolean) =>
  waitFor(
    what,
    async () => {
      const answer = await reviewer.fetch(`/api/v1/items/${TENANT}/${itemId}`);
      if (answer.status !== 200) return undefined;
      const found = (await answer.json()) as ItemPage;
      return holds(found) ? found : undefined;
    },
    log(),
  );
const claim = async (id: string, who = reviewer) =>
  ((await who.send('POST', `/api/v1/cases/${id}/claim`)).body as { case: CaseSummary }).case;
const word = (held: CaseSummary, action: string, more = {}) => ({
  judgedVersion: held.version,
  judgedRevision: held.revision,
  action,
  modifiers: [],
  categories: [],
  note: '',
  ...more,
});

describe('the dashboard', () => {
  it('shows a decision as it comes, what it came from, and which words weighed', async () => {
    const ending = new AbortController();
    const live = reviewer.events('/api/v1/decisions/stream', ending.signal);
    const seen: DecisionSummary[] = [];
    const reading = (async () => {
      for await (const { event, data } of live) {
        if (event === 'decision') seen.push(...(data as DecisionSummary[]));
      }
    })().catch(() => undefined);
    const decision = await send('scam', [text('body', SCAM)], { context: contextOf(1_200, 2) });
    await waitFor('the decision in the stream', () => seen.some(({ itemId }) => itemId === 'scam'), log());
    ending.abort();
    await reading;
    const found = await pageWhen('the item’s context', 'scam', ({ context }) => context !== null);
    expect(found).toMatchObject({
      decision: { decisionId: decision.decisionId, action: decision.action, revision: 1 },
      context: { reach: 1_200, reports: 2, surface: 'post' },
      parts: [
        { partId: 'body', modality: 'text', state: 'used', content: { state: 'available', text: SCAM } },
      ],
    });
    expect(found.timings?.parts).toHaveLength(1);
    const content = found.parts[0]?.content;
    if (content?.state !== 'available') throw new Error('no content');
    const bytes = await reviewer.fetch(content.url);
    expect(await bytes.text()).toBe(SCAM);
    expect(Object.fromEntries(bytes.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': 'sandbox',
      'cache-control': 'no-store',
    });
    // The right is this session's alone.
    expect((await lead.fetch(content.url)).status).toBe(410);
    const category = found.categories.find(({ category: name }) => name === 'spam/scam');
    expect(category?.flagged).toBe(true);
    const explained = await reviewer.send('POST', `/api/v1/items/${TENANT}/scam/explain`, {
      version: 1,
      partId: 'body',
      category: 'spam/scam',
    });
    expect(explained.status, JSON.stringify(explained.body)).toBe(200);
    const { words, score, approximate } = explained.body as WordWeights;
    expect(approximate).toBe(true);
    // The stretch that scored highest, scored here again, gives what the decision says of it.
    const share = category?.contributions[0];
    expect(score).toBeCloseTo(share?.score ?? 0, 1);
    expect(Math.max(...words.map(({ weight }) => weight))).toBeGreaterThan(0);
  });

  it('turns a review into a revision, and shows it within a second', async () => {
    const machine = await send('needs-review', [text('body', 'Good morning'), unknown]);
    expect(machine.action).toBe('review');
    const before = await pageWhen('an open case', 'needs-review', ({ openCase }) => openCase !== null);
    const held = await claim(before.openCase?.id ?? '');
    expect(held).toMatchObject({ queue: 'general', itemId: 'needs-review' });
    const taken = await lead.send('POST', `/api/v1/cases/${held.id}/claim`);
    expect(taken).toMatchObject({ status: 409, body: { error: { code: 'already_claimed' } } });
    const stale = await reviewer.send(
      'POST',
      `/api/v1/cases/${held.id}/review`,
      word({ ...held, revision: 7 }, 'allow'),
    );
    expect(stale).toMatchObject({
      status: 409,
      body: { error: { code: 'stale_revision', latest: { revision: 1, itemId: 'needs-review' } } },
    });
    const ending = new AbortController();
    const live = lead.events('/api/v1/decisions/stream?human=true', ending.signal);
    const shown = live.next();
    const sentAt = performance.now();
    const answer = await reviewer.send(
      'POST',
      `/api/v1/cases/${held.id}/review`,
      word(held, 'allow', { note: 'harmless' }),
    );
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    const event = await shown;
    const tookMs = performance.now() - sentAt;
    ending.abort();
    console.log(`from the review to the stream: ${tookMs.toFixed(0)} ms`);
    expect(event.value).toMatchObject({
      data: [{ itemId: 'needs-review', revision: 2, action: 'allow', human: true }],
    });
    expect(tookMs).toBeLessThan(1_000);
    const { decision } = await stack.gateway.getDecision(TENANT, 'needs-review');
    expect(decision).toMatchObject({ revision: 2, action: 'allow' });
    expect(await page('needs-review')).toMatchObject({
      decision: { revision: 2 },
      openCase: null,
      reviews: [{ state: 'applied', note: 'harmless', judgedRevision: 1 }],
    });
    const { reviewId } = answer.body as ReviewAnswer;
    const undone = await reviewer.send('POST', `/api/v1/reviews/${reviewId}/undo`);
    expect(undone.status, JSON.stringify(undone.body)).toBe(200);
    const back = await pageWhen(
      'the revision that takes it back',
      'needs-review',
      (p) => p.decision.revision === 3,
    );
    expect(back).toMatchObject({ decision: { action: 'review', human: true }, openCase: { id: held.id } });
  });

  it('takes reports and appeals from the gateway', async () => {
    const decision = await send('contested', [text('body', 'A plain sentence about bread.')]);
    for (const reporterId of ['ann', 'bob', 'cyd'])
      await stack.gateway.reportItem(TENANT, 'contested', {
        reportId: `contested-${reporterId}`,
        reporterId,
        category: 'spam/scam',
        note: '',
        reportedAtMs: 0n,
      });
    const reported = await pageWhen('a case by reports', 'contested', ({ openCase }) => openCase !== null);
    expect(reported.context?.reports).toBe(3);
    const held = await claim(reported.openCase?.id ?? '');
    expect(held.reports).toBe(3);
    await reviewer.send('POST', `/api/v1/cases/${held.id}/review`, word(held, 'block'));
    await pageWhen('the block', 'contested', (p) => p.decision.action === 'block');
    await stack.gateway.fileAppeal(TENANT, 'contested', {
      appealId: 'appeal-1',
      version: decision.version,
      revision: 2,
      appellantId: 'author',
      statement: 'It is about bread.',
      filedAtMs: 0n,
    });
    const appealed = await waitFor(
      'the appeal in its queue',
      async () => {
        const { cases } = await lead.get<CaseList>('/api/v1/queues/appeals/cases');
        return cases.find(({ itemId }) => itemId === 'contested');
      },
      log(),
    );
    // Not by who decided.
    expect((await reviewer.send('POST', `/api/v1/cases/${appealed.id}/claim`)).status).toBe(409);
    const mine = await claim(appealed.id, lead);
    const upheld = await lead.send(
      'POST',
      `/api/v1/cases/${mine.id}/review`,
      word(mine, 'allow', { outcome: 'upheld' }),
    );
    expect(upheld).toMatchObject({ status: 409, body: { error: { code: 'wrong_outcome' } } });
    await lead.send(
      'POST',
      `/api/v1/cases/${mine.id}/review`,
      word(mine, 'allow', { outcome: 'overturned' }),
    );
    const after = await pageWhen('the overturned decision', 'contested', (p) => p.decision.revision === 3);
    expect(after).toMatchObject({ decision: { action: 'allow' }, appeals: [{ outcome: 'overturned' }] });
  });

  it('refuses who has no right, on the server', async () => {
    const viewer = await loginToDashboard(stack.dashboardUrl, {
      name: 'Vi',
      role: 'viewer',
      tenants: ['globex'],
    });
    expect((await viewer.fetch(`/api/v1/items/${TENANT}/scam`)).status).toBe(403);
    expect(await viewer.get<DecisionPage>('/api/v1/decisions')).toEqual({ decisions: [], next: null });
    expect((await viewer.send('POST', '/api/v1/queues/general/claim')).status).toBe(403);
    expect((await reviewer.fetch('/api/v1/quality')).status).toBe(403);
    expect((await reviewer.send('POST', '/api/v1/queues/child-safety/claim')).status).toBe(403);
    expect((await fetch(`${stack.dashboardUrl}/api/v1/decisions`)).status).toBe(401);
  });

  it('never renders what is of sexual/minors, to nobody', async () => {
    await send('restricted', [text('body', 'A sentence that nobody may see here.')]);
    await stack.gateway.reportItem(TENANT, 'restricted', {
      reportId: 'restricted-1',
      reporterId: 'ann',
      category: 'sexual/minors',
      note: '',
      reportedAtMs: 0n,
    });
    const specialist = await loginToDashboard(stack.dashboardUrl, {
      name: 'Sam',
      role: 'admin',
      childSafety: true,
    });
    const listed = await waitFor(
      'the case in the restricted queue',
      async () => {
        const { cases } = await specialist.get<CaseList>('/api/v1/queues/child-safety/cases');
        return cases.find(({ itemId }) => itemId === 'restricted');
      },
      log(),
    );
    expect((await specialist.send('POST', `/api/v1/cases/${listed.id}/claim`)).status).toBe(200);
    for (const who of [specialist, lead, reviewer]) {
      const { parts, decision } = await page('restricted', who);
      expect(decision.restricted).toBe(true);
      expect(parts.map(({ content }) => content)).toEqual([{ state: 'withheld' }]);
    }
    const asked = { version: 1, partId: 'body', category: 'hate' };
    const explained = await specialist.send('POST', `/api/v1/items/${TENANT}/restricted/explain`, asked);
    expect(explained.status).toBe(403);
  });

  it('forgets what was erased, and says so', async () => {
    await send('erased', [text('body', 'Forget this.'), unknown]);
    await pageWhen('an open case', 'erased', ({ openCase }) => openCase !== null);
    await produceItem(
      stack.bus,
      Item.fromPartial({ tenant: TENANT, itemId: 'erased', version: 1n, operation: ItemOperation.ERASE }),
    );
    const gone = await pageWhen('the erasure', 'erased', ({ decision }) => decision.status === 'erased');
    expect(gone).toMatchObject({ openCase: null, context: null });
    const old = await reviewer.get<ItemPage>(`/api/v1/items/${TENANT}/erased?version=1&revision=1`);
    expect(old.raw).toBeNull();
    expect(old.parts.every(({ content }) => content.state === 'erased')).toBe(true);
    const { decision } = await stack.gateway.getDecision(TENANT, 'erased');
    expect(decision?.status ?? DecisionStatus.ERASED).toBe(DecisionStatus.ERASED);
  });

  it('knows how the pipeline does', async () => {
    const health = await waitFor(
      'no lag',
      async () => {
        const found = await lead.get<PipelineHealth>('/api/v1/pipeline');
        return found.ownLag === 0 && found.openJoins === 0 ? found : undefined;
      },
      log(),
    );
    expect(health.groups.map(({ group }) => group)).toContain('fusion');
    expect(health.deadLetters.total).toBe(0);
  });

  it('serves its feed on after a restart, from where a client was', async () => {
    const { decisions } = await reviewer.get<DecisionPage>('/api/v1/decisions?limit=3');
    const last = decisions[2]?.seq ?? 0;
    const dashboard = stack.service('dashboard');
    await dashboard.stop();
    dashboard.start();
    await dashboard.ready(60_000);
    const ending = new AbortController();
    const first = await reviewer.events('/api/v1/decisions/stream', ending.signal, String(last)).next();
    ending.abort();
    expect(((first.value?.data ?? []) as DecisionSummary[]).map(({ seq }) => seq)).toEqual(
      decisions
        .slice(0, 2)
        .map(({ seq }) => seq)
        .reverse(),
    );
  });
});

function contextOf(reach: number, reports: number) {
  return {
    authorId: 'author',
    locale: 'en',
    surface: 'post',
    reach: BigInt(reach),
    reports: BigInt(reports),
  };
}
