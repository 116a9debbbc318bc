import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestStack, uniquePrefix, waitFor } from '@tercet/harness';
import { freePort, type Stack, startStack } from '@tercet/local';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CLIENT,
  type RealProvider,
  startRealProvider,
} from '../../../services/dashboard/fixtures/real-provider.js';
import { openBrowser } from './chromium.js';
import { lookAt } from './looks.js';

/** The pages of a dashboard that people reach through an OpenID Connect provider. */
export function describeProvider(stack: () => TestStack, browser: () => Browser): void {
  describe('a login through a provider', () => {
    let provider: RealProvider;
    let dashboard: Stack;

    beforeAll(async () => {
      const port = await freePort();
      provider = await startRealProvider({
        redirectUri: `http://127.0.0.1:${port}/auth/callback`,
        accessTokenSeconds: 3600,
        refreshTokens: true,
      });
      provider.people.set('ada', { name: 'Ada', groups: ['mod-leads', 'protectors'] });
      provider.people.set('bob', { name: 'Bob', groups: ['watchers'] });
      provider.people.set('eve', { name: 'Eve', groups: ['cooks'] });
      dashboard = await startStack({
        dataDir: mkdtempSync(join(tmpdir(), 'tercet-provider-')),
        runningBrokers: stack().brokers,
        prefix: uniquePrefix('provider'),
        services: ['dashboard'],
        dashboardPort: port,
        serviceEnv: {
          dashboard: {
            TERCET_DASHBOARD_LOGIN: 'oidc',
            TERCET_OIDC_ISSUER: provider.issuer,
            TERCET_OIDC_CLIENT_ID: CLIENT.id,
            TERCET_OIDC_CLIENT_SECRET: CLIENT.secret,
            TERCET_OIDC_ROLES: 'watchers=viewer,mod-leads=lead,protectors=child_safety',
            TERCET_SESSION_REFRESH_SECONDS: '1',
          },
        },
      });
      expect(dashboard.dashboardUrl).toBe(`http://127.0.0.1:${port}`);
    });
    afterAll(async () => {
      await dashboard?.stop();
      await provider?.[Symbol.asyncDispose]();
    });

    it('leads back to the page that was asked for, and out again at both places', async () => {
      const { page, context, complaints } = await openBrowser(browser(), dashboard.dashboardUrl);
      provider.next = 'ada';
      await page.goto('/pipeline');
      await page.getByRole('link', { name: 'Log in' }).waitFor();
      await lookAt(page, 'login-provider');
      await page.getByRole('link', { name: 'Log in' }).click();
      await page.getByRole('heading', { level: 1, name: 'Pipeline' }).waitFor();
      const who = page.locator('.who');
      expect(await who.textContent()).toMatch(/Ada\s*lead · child safety/);

      await page.getByRole('button', { name: 'Log out' }).click();
      await page.waitForURL(`${provider.issuer}/**`);
      await page.getByRole('button', { name: /Yes/ }).click();
      await page.waitForURL(`${dashboard.dashboardUrl}/`);
      await page.getByRole('link', { name: 'Log in' }).waitFor();

      // Whoever comes next at this machine is asked who they are.
      provider.next = 'bob';
      await page.getByRole('link', { name: 'Log in' }).click();
      await page.getByRole('heading', { level: 1, name: 'Live' }).waitFor();
      expect(await who.textContent()).toMatch(/Bob\s*viewer/);

      // And is out once the provider says so.
      provider.people.set('bob', { name: 'Bob', groups: [] });
      await waitFor('the login is shown', async () => {
        await page.reload();
        return (await page.getByRole('link', { name: 'Log in' }).count()) > 0;
      });
      expect(complaints).toEqual([]);
      await context.close();
    });

    it('is refused with the reason where somebody has no role', async () => {
      const { page, context } = await openBrowser(browser(), dashboard.dashboardUrl);
      provider.next = 'eve';
      await page.goto('/');
      await page.getByRole('link', { name: 'Log in' }).click();
      await page.getByText('You are known, but have no role here.').waitFor();
      await lookAt(page, 'login-refused');
      await context.close();
    });
  });
}
