import { Decision, TOPIC } from '@tercet/contracts';
import { loginToDashboard, startTestStack, type TestStack, waitFor } from '@tercet/harness';
import { freePort, ServiceProcess, startReaper } from '@tercet/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DecisionPage } from '../../services/dashboard/src/api/decisions.js';
import { sampleDecision } from '../../services/dashboard/src/testing/sample-records.js';

const DECISIONS = 50;

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack('pglite', { services: ['dashboard'] });
});
afterAll(async () => {
  await stack?.stop();
});

const log = () => ({ explain: () => stack.service('dashboard').explain() });
const produce = async (from: number): Promise<void> => {
  await using producer = await stack.bus.producer();
  const decisions = Array.from({ length: DECISIONS }, (_, n) =>
    sampleDecision({ itemId: `post-${from + n}` }),
  );
  await producer.send(
    decisions.map((one) => ({
      topic: TOPIC.decisions,
      key: one.itemKey,
      value: Decision.encode(one).finish(),
    })),
  );
};
/** Item ids of the whole feed, once it has so many rows. */
const feedOf = async (count: number): Promise<string[]> => {
  const viewer = await loginToDashboard(stack.dashboardUrl, { name: 'Vi', role: 'viewer' });
  const page = await waitFor(
    `${count} decisions in the feed`,
    async () => {
      const found = await viewer.get<DecisionPage>('/api/v1/decisions?limit=200');
      return found.decisions.length >= count ? found : undefined;
    },
    log(),
  );
  return page.decisions.map(({ itemId }) => itemId);
};

describe('the dashboard on PGlite', () => {
  it('refuses a second process on its folder, and goes on itself', async () => {
    const reaper = startReaper();
    const second = new ServiceProcess({
      service: 'dashboard',
      name: 'dashboard-2',
      deployment: stack,
      healthPort: await freePort(),
      env: {
        TERCET_DASHBOARD_LOGIN: 'local',
        TERCET_DASHBOARD_PORT: String(await freePort()),
        TERCET_DASHBOARD_DATA_DIR: `${stack.dataDir}/dashboard`,
      },
      reaper,
      maxRestarts: 0,
    });
    try {
      second.start();
      await expect(second.ready(60_000)).rejects.toThrow(
        /ended with .*69[\s\S]*another process uses the database/,
      );
    } finally {
      await second.stop();
      await reaper.stop();
    }
    await produce(0);
    expect(await feedOf(DECISIONS)).toHaveLength(DECISIONS);
  });

  it('loses and repeats nothing when it is killed and started again', async () => {
    const dashboard = stack.service('dashboard');
    dashboard.kill('SIGKILL');
    await produce(DECISIONS);
    await waitFor('the dashboard to be back', () => dashboard.isReady().catch(() => false), log());
    const items = await feedOf(2 * DECISIONS);
    expect(new Set(items).size).toBe(2 * DECISIONS);
    expect(items).toHaveLength(2 * DECISIONS);
  });
});
