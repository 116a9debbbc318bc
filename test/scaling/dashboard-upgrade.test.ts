import { Decision, TOPIC } from '@tercet/contracts';
import {
  type DashboardClient,
  loginToDashboard,
  type Postgres,
  startPostgres,
  startTestStack,
  type TestStack,
  waitFor,
} from '@tercet/harness';
import { freePort, ManagedProcess } from '@tercet/local';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sampleDecision } from '../../services/dashboard/src/testing/sample-records.js';
import { makeNextDashboard, type NextBuild } from './next-build.js';

const PER_STEP = 25;

let postgres: Postgres;
let stack: TestStack;
let next: NextBuild;
let newer: ManagedProcess | undefined;
beforeAll(async () => {
  postgres = await startPostgres();
  stack = await startTestStack('dashboard-upgrade', {
    services: ['dashboard'],
    serviceEnv: { dashboard: { DATABASE_URL: postgres.createDatabase('upgrade') } },
  });
  next = makeNextDashboard(
    'ALTER TABLE decisions ADD COLUMN of_the_next_build text;\nALTER TABLE part_outcomes ADD COLUMN of_the_next_build text;',
  );
});
afterAll(async () => {
  await newer?.stop();
  await stack?.[Symbol.asyncDispose]();
  next?.[Symbol.dispose]();
  await postgres?.[Symbol.asyncDispose]();
}, 120_000);

it('the dashboard goes over a migration and back while decisions come: each is there once', async () => {
  const old = stack.service('dashboard');
  await using producer = await stack.bus.producer();
  const sent: string[] = [];
  const step = (): Promise<unknown> => {
    const decisions = Array.from({ length: PER_STEP }, () => {
      const decision = sampleDecision({ itemId: `post-${sent.length}` });
      sent.push(decision.decisionId);
      return decision;
    });
    return producer.send(
      decisions.map((one) => ({
        topic: TOPIC.decisions,
        key: one.itemKey,
        value: Decision.encode(one).finish(),
      })),
    );
  };
  const shows = async (url: string): Promise<void> => {
    const lead = await loginToDashboard(url, { name: 'lead', role: 'lead' });
    await waitFor(`${url} shows ${sent.length} decisions`, async () => {
      const ids = await decisionIds(lead);
      expect(new Set(ids).size).toBe(ids.length);
      return ids.length === sent.length;
    });
  };

  await step();
  await shows(stack.dashboardUrl);

  const [port, healthPort] = [await freePort(), await freePort()];
  const env = {
    ...old.options.env,
    TERCET_DASHBOARD_PORT: String(port),
    TERCET_HEALTH_PORT: String(healthPort),
  };
  newer = new ManagedProcess({ ...old.options, name: 'next-dashboard', cwd: next.folder, env });
  newer.start();
  await waitFor(
    'the next build is ready',
    async () => (await fetch(`http://127.0.0.1:${healthPort}/readyz`).catch(() => undefined))?.ok === true,
    { timeoutMs: 90_000, explain: () => newer?.log.last(12).join('\n') ?? '' },
  );
  // Beside each other: the old one on tables that it does not know all of.
  await step();
  await shows(stack.dashboardUrl);
  await shows(`http://127.0.0.1:${port}`);
  await Promise.all([step(), old.stop()]);
  await shows(`http://127.0.0.1:${port}`);

  // And back: the old build starts on the next one's tables.
  old.start();
  await old.ready(90_000);
  await Promise.all([step(), newer.stop()]);
  await step();
  await shows(stack.dashboardUrl);
}, 300_000);

async function decisionIds(lead: DashboardClient): Promise<string[]> {
  interface Page {
    readonly decisions: readonly { readonly decisionId: string }[];
  }
  const { decisions } = await lead.get<Page>('/api/v1/decisions?limit=200');
  return decisions.map(({ decisionId }) => decisionId);
}
