import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { findChromium, launchChromium } from './dashboard/chromium.js';
import { describeFeed } from './dashboard/feed.js';
import { describeLooks } from './dashboard/looks.js';
import { describeModeration } from './dashboard/moderate.js';
import { describeRights } from './dashboard/rights.js';
import { type DashboardStack, startDashboardStack } from './dashboard/stack.js';

const chromium = findChromium();
if (!chromium)
  console.log('skipped: no Chromium is on the PATH; `apt-get install chromium`, or TERCET_CHROMIUM=PATH');

describe.skipIf(!chromium)('the dashboard in a browser', () => {
  let stack: DashboardStack;
  let browser: Browser;

  beforeAll(async () => {
    stack = await startDashboardStack();
    browser = await launchChromium(chromium as string);
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });

  describeModeration(
    () => stack,
    () => browser,
  );
  describeRights(
    () => stack,
    () => browser,
  );
  describeFeed(
    () => stack,
    () => browser,
  );
  describeLooks(
    () => stack,
    () => browser,
  );
});
