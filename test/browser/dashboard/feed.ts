import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Decision, DecisionCause, DecisionStatus, itemKey, TOPIC } from '@tercet/contracts';
import type { TestStack } from '@tercet/harness';
import type { Browser } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { logIn } from './chromium.js';
import { postGarden, postScamText, TENANT } from './posts.js';

const RESTART_TIMEOUT_MS = 60_000;
const BURST = 1_000;
/** 6,000 a minute. */
const A_SECOND = 100;
const BURST_TIMEOUT_MS = 60_000;
/** Half of what a person takes for a broken page, on a machine that draws without a graphics card. */
const STUTTER_MS = 500;

declare global {
  interface Window {
    longestTaskMs: number;
  }
}

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

    it(`takes ${BURST} decisions in ${BURST / A_SECOND} s without a stutter`, async () => {
      const { page, context } = await logIn(browser(), stack().dashboardUrl, 'Robin', 'viewer');
      await page.locator('.feed-row').first().waitFor();
      await page.evaluate(() => {
        Object.assign(window, { longestTaskMs: 0 });
        const observer = new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries())
            window.longestTaskMs = Math.max(window.longestTaskMs, duration);
        });
        observer.observe({ type: 'longtask' });
      });
      await produceDecisions(stack());
      await page
        .getByRole('link', { name: new RegExp(`burst-${BURST - 1}(?!\\d)`) })
        .waitFor({ timeout: BURST_TIMEOUT_MS });
      const longest = await page.evaluate(() => window.longestTaskMs);
      console.log(
        `the longest task of the page took ${Math.round(longest)} ms while ${BURST} decisions came`,
      );
      expect(longest).toBeLessThan(STUTTER_MS);
      expect(await page.locator('.feed-row').count()).toBeLessThanOrEqual(200);
      await context.close();
    });
  });
}

/** Decisions as fusion writes them, faster than two cores could make them. */
async function produceDecisions(stack: TestStack): Promise<void> {
  await using producer = await stack.bus.producer();
  for (let from = 0; from < BURST; from += A_SECOND) {
    const sentAt = performance.now();
    await producer.send(Array.from({ length: A_SECOND }, (_, at) => decisionRecord(from + at)));
    await delay(Math.max(0, 1000 - (performance.now() - sentAt)));
  }
}

function decisionRecord(n: number) {
  const itemId = `burst-${n}`;
  const key = itemKey(TENANT, itemId);
  const decision = Decision.fromPartial({
    decisionId: createHash('sha256').update(key).digest('hex').slice(0, 32),
    itemKey: key,
    tenant: TENANT,
    itemId,
    version: 1n,
    revision: 1,
    status: DecisionStatus.DECIDED,
    cause: DecisionCause.COMPLETE,
    action: 'allow',
    modalitiesUsed: ['text'],
  });
  return { topic: TOPIC.decisions, key, value: Decision.encode(decision).finish() };
}
