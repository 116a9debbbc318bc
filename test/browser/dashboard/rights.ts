import type { TestStack } from '@tercet/harness';
import type { Browser } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { logIn } from './chromium.js';
import { postScamText, TENANT } from './posts.js';
import { openCaseOf, post } from './requests.js';

/** What the pages and the server behind them refuse. */
export function describeRights(stack: () => TestStack, browser: () => Browser): void {
  describe('rights', () => {
    it('refuse a viewer the queues, by page and by request', async () => {
      await postScamText(stack(), 'viewed-1');
      const { page, context } = await logIn(browser(), stack().dashboardUrl, 'Vic', 'viewer');
      expect(await page.getByRole('link', { name: 'Queues' }).count()).toBe(0);
      await page.goto('/queues/general');
      await page.getByText('Not for you.').waitFor();
      for (const path of ['/quality', '/audit']) {
        await page.goto(path);
        await page.getByText('Not for you.').waitFor();
      }
      expect(await post(page, '/api/v1/queues/general/claim')).toEqual([403, 'forbidden']);
      // A viewer may look.
      await page.goto(`/items/${TENANT}/viewed-1`);
      await page.getByRole('heading', { name: 'Why' }).waitFor();
      expect(await page.getByRole('link', { name: 'Open the case' }).count()).toBe(0);
      await context.close();
    });

    it('show nothing to who is not logged in', async () => {
      const context = await browser().newContext({ baseURL: stack().dashboardUrl });
      const page = await context.newPage();
      await page.goto(`/items/${TENANT}/viewed-1`);
      await page.getByRole('button', { name: 'Log in' }).waitFor();
      expect((await context.request.get('/api/v1/decisions')).status()).toBe(401);
      await context.close();
    });

    it('need the token of the session in every change', async () => {
      const { page, context } = await logIn(browser(), stack().dashboardUrl, 'Max', 'reviewer');
      const [status] = await post(page, '/api/v1/queues/general/claim', 'not-mine');
      expect(status).toBe(403);
      await context.close();
    });

    it('never render what was found to be restricted', async () => {
      await postScamText(stack(), 'restricted-1');
      const { page, context } = await logIn(browser(), stack().dashboardUrl, 'Jo', 'admin');
      await page.goto(`/items/${TENANT}/restricted-1`);
      await page.getByRole('link', { name: 'Open the case' }).click();
      await page.getByRole('form', { name: 'Decide' }).waitFor();
      const caseId = await openCaseOf(page, 'restricted-1');
      const review = {
        judgedVersion: 1,
        judgedRevision: 1,
        action: 'block',
        modifiers: [],
        categories: ['sexual/minors'],
        note: '',
      };
      expect(await post(page, `/api/v1/cases/${caseId}/review`, undefined, review)).toEqual([200, '']);
      await page.goto(`/items/${TENANT}/restricted-1`);
      await page.getByText('the content of this item is never shown').waitFor();
      await page.getByText('This content is not shown.').waitFor();
      expect(await page.locator('.text-content, .picture, audio').count()).toBe(0);
      expect(await page.content()).not.toContain('gift card');
      await context.close();
    });
  });
}
