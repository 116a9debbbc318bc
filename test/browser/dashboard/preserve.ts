import { randomUUID } from 'node:crypto';
import { ItemReport } from '@tercet/contracts';
import type { TestStack } from '@tercet/harness';
import type { Browser, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { logIn } from './chromium.js';
import { lookAt } from './looks.js';
import { erase, postGarden, TENANT } from './posts.js';

const ITEM = `/items/${TENANT}/preserved-1`;
const FIRST = `${ITEM}?version=1&revision=1`;

/** The restricted queue, and the flag that holds what is known of an item. */
export function describePreservation(stack: () => TestStack, browser: () => Browser): void {
  describe('the restricted queue', () => {
    it('preserves an item through its erasure, until the flag is lifted', async () => {
      await postGarden(stack(), 'preserved-1');
      const report = ItemReport.fromPartial({
        reportId: randomUUID(),
        reporterId: 'reader-1',
        category: 'sexual/minors',
      });
      await stack().gateway.reportItem(TENANT, 'preserved-1', report);

      const { page, context, complaints } = await logIn(browser(), stack().dashboardUrl, 'Pat', 'reviewer', {
        childSafety: true,
      });
      await page.goto('/queues/child-safety');
      await page.getByRole('row', { name: /preserved-1/ }).waitFor();
      await page
        .getByRole('row', { name: /preserved-1/ })
        .getByRole('button', { name: /Claim/ })
        .click();
      await page.getByRole('form', { name: 'Decide' }).waitFor();
      await page.getByText('This content is not shown.').waitFor();
      const flag = page.getByRole('button', { name: 'Preserve' });
      expect(await flag.getAttribute('aria-pressed')).toBe('false');
      await page.keyboard.press('h');
      await page.getByText(/its retention must be held in the content store/).waitFor();
      expect(await flag.getAttribute('aria-pressed')).toBe('true');
      await lookAt(page, 'restricted-case');

      await erase(stack(), 'preserved-1');
      await page.goto(ITEM);
      await page.getByText('version 1, revision 2').first().waitFor();
      await page.goto(FIRST);
      await page.getByText(/^Preserved since/).waitFor();
      expect(await recordOf(page)).toContain('"decision_id"');
      await lookAt(page, 'preserved');

      // To everybody else it is erased.
      const viewer = await logIn(browser(), stack().dashboardUrl, 'Vic', 'admin');
      await viewer.page.goto(FIRST);
      expect(await recordOf(viewer.page)).toBe('null');
      expect(await viewer.page.getByRole('region', { name: 'Preservation' }).count()).toBe(0);
      await viewer.context.close();

      await page.getByRole('button', { name: 'Lift the preservation' }).click();
      await page.getByText('Not preserved.').waitFor();
      expect(await recordOf(page)).toBe('null');
      expect(complaints).toEqual([]);
      await context.close();
    });
  });
}

async function recordOf(page: Page): Promise<string> {
  const record = page.locator('.record');
  await record.waitFor({ state: 'attached' });
  return (await record.textContent()) ?? '';
}
