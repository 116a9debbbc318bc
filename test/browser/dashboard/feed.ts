import type { TestStack } from '@tercet/harness';
import type { Browser } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { logIn } from './chromium.js';
import { postGarden, postScamText } from './posts.js';

const RESTART_TIMEOUT_MS = 60_000;

/** The live feed. */
export function describeFeed(stack: () => TestStack, browser: () => Browser): void {
  describe('the feed', () => {
    it('survives a restart of the server, and misses nothing of the time between', async () => {
      const { page, context } = await logIn(browser(), stack().dashboardUrl, 'Robin', 'viewer');
      await page.getByText('Live', { exact: true }).last().waitFor();
      await page.evaluate(() => {
        document.body.dataset['loaded'] = 'once';
      });
      const server = stack().service('dashboard');
      await server.stop();
      await page.getByText('Connection lost').waitFor();
      await postGarden(stack(), 'meanwhile-1');
      server.start();
      await server.ready(RESTART_TIMEOUT_MS);
      await page.getByRole('link', { name: /meanwhile-1/ }).waitFor({ timeout: RESTART_TIMEOUT_MS });
      await postGarden(stack(), 'afterwards-1');
      await page.getByRole('link', { name: /afterwards-1/ }).waitFor();
      // The page is the one that was loaded before.
      expect(await page.evaluate(() => document.body.dataset['loaded'])).toBe('once');
      await context.close();
    });

    it('holds still while somebody reads', async () => {
      const { page, context } = await logIn(browser(), stack().dashboardUrl, 'Robin', 'viewer');
      const rows = page.locator('.feed-row');
      await rows.first().waitFor();
      await rows.first().hover();
      await page.getByText('Held while you read').waitFor();
      const before = await rows.allTextContents();
      await postGarden(stack(), 'held-1');
      const show = page.getByRole('button', { name: /Show .* new decision/ });
      await show.waitFor();
      expect(await rows.allTextContents()).toEqual(before);
      await show.click();
      await page.getByRole('link', { name: /held-1/ }).waitFor();
      await context.close();
    });

    it('filters by the address, and the address by the filters', async () => {
      await postScamText(stack(), 'filtered-1');
      await postGarden(stack(), 'filtered-2');
      const { page, context } = await logIn(browser(), stack().dashboardUrl, 'Robin', 'viewer');
      await page.goto('/?item=filtered-');
      await page.getByRole('link', { name: /filtered-1/ }).waitFor();
      await page.getByRole('link', { name: /filtered-2/ }).waitFor();
      await page.getByLabel('Action').selectOption('review');
      await page.getByRole('link', { name: /filtered-2/ }).waitFor({ state: 'detached' });
      await page.getByRole('link', { name: /filtered-1/ }).waitFor();
      expect(new URL(page.url()).searchParams.get('action')).toBe('review');
      await context.close();
    });
  });
}
