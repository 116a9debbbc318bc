import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestStack } from '@tercet/harness';
import axe, { type AxeResults, type RunOptions } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { logIn } from './chromium.js';
import { postScam, postScamText, TENANT } from './posts.js';

const SCREENSHOTS = fileURLToPath(new URL('../../../.run/screenshots/', import.meta.url));

/** Each page, and how one knows that it is all there. */
const PAGES: readonly { name: string; path: string; ready: (page: Page) => Promise<unknown> }[] = [
  { name: 'live', path: '/', ready: (page) => page.locator('.feed-row').first().waitFor() },
  { name: 'item', path: `/items/${TENANT}/looks-1`, ready: openEvidence },
  { name: 'queues', path: '/queues', ready: (page) => page.getByRole('link', { name: /General/ }).waitFor() },
  {
    name: 'queue',
    path: '/queues/general',
    ready: (page) => page.getByRole('row', { name: /looks-2/ }).waitFor(),
  },
  { name: 'case', path: '/queues/general', ready: openCase },
  { name: 'keys', path: '/queues/general', ready: openKeys },
  { name: 'quality', path: '/quality', ready: (page) => page.getByText('Golden cases').waitFor() },
  { name: 'pipeline', path: '/pipeline', ready: (page) => page.locator('.chart canvas').waitFor() },
  { name: 'audit', path: '/audit', ready: (page) => page.getByRole('row').nth(1).waitFor() },
  {
    name: 'statements',
    path: '/statements',
    ready: (page) => page.getByRole('link', { name: 'Download' }).waitFor(),
  },
  { name: 'settings', path: '/settings', ready: (page) => page.getByLabel(/Minutes of a break/).waitFor() },
];
const VIEWS = [
  { name: 'light', colorScheme: 'light', width: 1440 },
  { name: 'dark', colorScheme: 'dark', width: 1440 },
  { name: 'narrow', colorScheme: 'light', width: 390 },
] as const;

/** Every page in both themes, wide and narrow: axe, no sideways scrolling, nothing that moves; screenshots to look at. */
export function describeLooks(stack: () => TestStack, browser: () => Browser): void {
  describe('the pages', () => {
    it('have an item and cases to show', async () => {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await postScam(stack(), 'looks-1');
      await postScamText(stack(), 'looks-2');
      await postScamText(stack(), 'looks-3');
    });

    it.each(VIEWS)('are accessible: $name', async ({ name: view, colorScheme, width }) => {
      const context = await browser().newContext({ colorScheme, viewport: { width, height: 900 } });
      const login = await context.newPage();
      await login.goto(stack().dashboardUrl);
      await login.getByRole('button', { name: 'Log in' }).waitFor();
      const findings = await look(login, 'login', view);
      await context.close();

      const { page, ...admin } = await logIn(browser(), stack().dashboardUrl, `Looker ${view}`, 'admin', {
        colorScheme,
        viewport: { width, height: 900 },
        reducedMotion: 'reduce',
      });
      for (const { name, path, ready } of PAGES) {
        await page.goto(path);
        await ready(page);
        findings.push(...(await look(page, name, view)));
      }
      await admin.context.close();
      expect(findings).toEqual([]);
      expect(admin.complaints).toEqual([]);
    });
  });
}

/** A state of a page that a walk has come to, in both themes. */
export async function lookAt(page: Page, name: string): Promise<void> {
  const findings: string[] = [];
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    findings.push(...(await look(page, name, colorScheme)));
  }
  expect(findings).toEqual([]);
}

async function look(page: Page, name: string, view: string): Promise<string[]> {
  await page.evaluate(() => window.scrollTo({ top: 0 }));
  await page.screenshot({ path: `${SCREENSHOTS}${name}-${view}.png`, fullPage: name !== 'keys' });
  // Through the inspector, which the content security policy does not hold back.
  await page.evaluate(axe.source);
  // Themes differ in nothing but their colours.
  const only: RunOptions = view === 'dark' ? { runOnly: ['color-contrast'] } : {};
  const results = await page.evaluate(
    (options) =>
      (window as unknown as { axe: { run: (given: RunOptions) => Promise<AxeResults> } }).axe.run(options),
    only,
  );
  const serious = results.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const measured = await page.evaluate(() => ({
    sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    moving: document.getAnimations().length,
  }));
  return [
    ...serious.map(
      ({ id, nodes }) => `${name}: ${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    ),
    ...(measured.sideways > 0 ? [`${name}: scrolls sideways by ${measured.sideways} px`] : []),
    ...(measured.moving > 0 ? [`${name}: ${measured.moving} animations`] : []),
  ];
}

async function openEvidence(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Show the picture' }).click();
  await page.getByRole('button', { name: 'Load the recording' }).click();
  await page.locator('.waveform').waitFor();
}

/** Claims a case, and picks a decision; it is given back by opening the keys' page next. */
async function openCase(page: Page): Promise<void> {
  await page
    .getByRole('row', { name: /looks-/ })
    .first()
    .waitFor();
  await page.keyboard.press('j');
  await page.getByRole('form', { name: 'Decide' }).waitFor();
  await page.keyboard.press('4');
  await page.getByRole('button', { name: /Block/ }).waitFor();
}

async function openKeys(page: Page): Promise<void> {
  await page.getByRole('form', { name: 'Decide' }).waitFor();
  await page.keyboard.press('r');
  await page.getByRole('form', { name: 'Decide' }).waitFor({ state: 'detached' });
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
}
