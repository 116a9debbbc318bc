import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { TENANT } from './posts.js';

/** Two busy cores; a step that takes longer is taken for one that never comes. */
const STEP_TIMEOUT_MS = 20_000;

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Path of a Chromium of this machine; undefined: there is none. TERCET_CHROMIUM names one. */
export function findChromium(env = process.env): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const paths = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [env['TERCET_CHROMIUM'] ?? '', ...paths].find((path) => path !== '' && isExecutable(path));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function launchChromium(executablePath: string): Promise<Browser> {
  // Chromium refuses its sandbox to root, which containers of continuous integration run as.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args });
}

export type Role = 'viewer' | 'reviewer' | 'lead' | 'admin';

export interface Person {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the pages complained of; expected to stay empty, a broken content security policy among it. */
  readonly complaints: readonly string[];
}

/** Somebody in a browser of their own, logged in through the login page. */
export async function logIn(
  browser: Browser,
  url: string,
  name: string,
  role: Role,
  { childSafety = false, ...options }: BrowserContextOptions & { childSafety?: boolean } = {},
): Promise<Person> {
  const { context, page, complaints } = await openBrowser(browser, url, options);
  await page.goto('/');
  await page.getByLabel('Name').fill(name);
  await page.getByRole('radio', { name: new RegExp(`^${role}`) }).check();
  if (childSafety) await page.getByRole('checkbox', { name: /^Child safety/ }).check();
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Live' }).waitFor();
  // Off the list: the feed holds still under the pointer.
  await page.mouse.move(0, 0);
  return { context, page, complaints };
}

/** A browser of somebody who is not logged in. */
export async function openBrowser(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Person> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1440, height: 900 },
    ...options,
  });
  context.setDefaultTimeout(STEP_TIMEOUT_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // A refused or unanswered request is told by the page; Chromium writes it down as well.
    const isRequest = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isRequest) complaints.push(message.text());
  });
  return { context, page, complaints };
}

/** Opens an item's case from its page, as a link from elsewhere would. */
export async function claim(page: Page, itemId: string): Promise<void> {
  await page.goto(`/items/${TENANT}/${itemId}`);
  await page.getByRole('link', { name: 'Open the case' }).click();
  await page.getByRole('form', { name: 'Decide' }).waitFor();
}
