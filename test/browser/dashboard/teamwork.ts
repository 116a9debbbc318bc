import { type TestStack, waitFor } from '@tercet/harness';
import type { Browser, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { claim, logIn } from './chromium.js';
import { lookAt } from './looks.js';
import { latestDecision, postScamText, publishReview, TENANT } from './posts.js';
import { openCaseOf, post } from './requests.js';

/** What people do for, and to, each other. */
export function describeTeamwork(stack: () => TestStack, browser: () => Browser): void {
  describe('reviewers', () => {
    it('ask each other for a second opinion', async () => {
      await postScamText(stack(), 'opinion-1');
      const asker = await logIn(browser(), stack().dashboardUrl, 'Uma', 'reviewer');
      const { page } = asker;
      await claim(page, 'opinion-1');
      await page.keyboard.press('n');
      await page.keyboard.type('Is this our own raffle?');
      await page.keyboard.press('Escape');
      await page.keyboard.press('s');
      await page.getByText('Somebody else is asked. The case is no longer yours.').waitFor();
      expect(await page.getByRole('form', { name: 'Decide' }).count()).toBe(0);
      const row = page.getByRole('row', { name: /opinion-1.*second opinion/ });
      await row.waitFor();
      const caseId = await openCaseOf(page, 'opinion-1');
      expect(await post(page, `/api/v1/cases/${caseId}/claim`)).toEqual([409, 'already_claimed']);

      const other = await logIn(browser(), stack().dashboardUrl, 'Vera', 'reviewer');
      await other.page.goto('/queues/general');
      await other.page
        .getByRole('row', { name: /opinion-1/ })
        .getByRole('button', { name: /Claim/ })
        .click();
      await other.page.getByRole('heading', { name: 'Second opinion' }).waitFor();
      await other.page.getByText('Asked by a colleague: Is this our own raffle?').waitFor();
      await lookAt(other.page, 'second-opinion');
      await other.page.keyboard.press('2');
      await other.page.keyboard.press('Enter');
      await other.page.getByText('Revision 2 is out.').waitFor();
      expect(await latestDecision(stack(), 'opinion-1')).toMatchObject({ revision: 2, action: 'flag' });
      await row.waitFor({ state: 'detached' });
      expect([...asker.complaints, ...other.complaints]).toEqual([]);
      await asker.context.close();
      await other.context.close();
    });

    it('are sent into a break once an admin’s limit is reached', async () => {
      const admin = await logIn(browser(), stack().dashboardUrl, 'Ada', 'admin');
      const { page, context } = await logIn(browser(), stack().dashboardUrl, 'Bea', 'reviewer');
      await setCasesPerHour(admin.page, 1);
      await postScamText(stack(), 'break-1');
      await decide(page, 'break-1', '2');
      await page.keyboard.press('j');
      await page.getByText(/Time for a break\. Your next case waits until it is over\. It ends at/).waitFor();
      expect(await page.getByRole('form', { name: 'Decide' }).count()).toBe(0);
      await lookAt(page, 'break');
      // Held by the server, however the case is asked for.
      expect(await post(page, '/api/v1/queues/general/claim')).toEqual([409, 'break_due']);
      await setCasesPerHour(admin.page, 0);
      await postScamText(stack(), 'break-2');
      await decide(page, 'break-2', '2');
      await admin.context.close();
      await context.close();
    });

    it('cannot tell a golden case before they have answered it', async () => {
      const golden = await postScamText(stack(), 'golden-1');
      const lead = await logIn(browser(), stack().dashboardUrl, 'Lea', 'lead');
      await lead.page.goto(`/items/${TENANT}/golden-1`);
      await lead.page.getByText('Make it a golden case').click();
      await lead.page.getByLabel('Queue', { exact: true }).selectOption('general');
      await lead.page.getByLabel('Right answer').selectOption('block');
      await lead.page.getByRole('button', { name: 'Add' }).click();
      await lead.page.getByText('Added.').waitFor();
      // The answer that the history would give away.
      await publishReview(stack(), golden.itemKey, 'block');
      await lead.page.getByText('version 1, revision 2').first().waitFor();

      const { page, context, complaints } = await logIn(browser(), stack().dashboardUrl, 'Gil', 'reviewer');
      await postScamText(stack(), 'before-golden');
      await decide(page, 'before-golden', '4');
      await page.keyboard.press('j');
      await page.getByRole('heading', { level: 1, name: `${TENANT}/golden-1` }).waitFor();
      await page.getByText('version 1, revision 1').waitFor();
      await page.getByRole('heading', { name: 'Case', exact: true }).waitFor();
      // As any case does, it comes back with the page.
      await page.reload();
      await page.getByRole('form', { name: 'Decide' }).waitFor();
      const elsewhere = await context.newPage();
      for (const search of ['', '?version=1&revision=2']) {
        await elsewhere.goto(`/items/${TENANT}/golden-1${search}`);
        await elsewhere.getByRole('heading', { name: 'History' }).waitFor();
        await elsewhere.getByRole('link', { name: 'See the case' }).waitFor();
        expect(await elsewhere.content()).not.toMatch(/revision 2|elsewhere/);
      }
      await elsewhere.close();

      await page.keyboard.press('4');
      await page.keyboard.press('Enter');
      await page.getByText('This was a golden case').waitFor();
      await lookAt(page, 'golden');
      expect((await latestDecision(stack(), 'golden-1')).revision).toBe(2);
      await lead.page.goto('/quality');
      await lead.page.getByText('1 of 1 as known').waitFor();
      expect(complaints).toEqual([]);
      await lead.context.close();
      await context.close();
    });
  });
}

/** Claims an item's case, decides it with a key, and waits until that has taken effect. */
async function decide(page: Page, itemId: string, key: string): Promise<void> {
  await claim(page, itemId);
  await page.keyboard.press(key);
  await page.keyboard.press('Enter');
  await page.getByText('Revision 2 is out.').waitFor();
}

async function setCasesPerHour(page: Page, limit: number): Promise<void> {
  await page.goto('/settings');
  await page.getByLabel(/^Cases in an hour/).fill(String(limit));
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  await waitFor('the limit is the server’s', async () => {
    const settings = await page.evaluate(async () => (await fetch('/api/v1/settings/wellness')).json());
    return settings.maxCasesPerHour === limit;
  });
}
