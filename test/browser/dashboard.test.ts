import { startTestStack, type TestStack } from '@tercet/harness';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { findChromium, launchChromium } from './dashboard/chromium.js';
import { describeFeed } from './dashboard/feed.js';
import { describeLooks } from './dashboard/looks.js';
import { describeModeration } from './dashboard/moderate.js';
import { describePreservation } from './dashboard/preserve.js';
import { describeProvider } from './dashboard/provider.js';
import { describeRights } from './dashboard/rights.js';
import { describeTeamwork } from './dashboard/teamwork.js';

// With what reads words in pictures: their boxes are evidence.
const SERVICES = [
  'intake',
  'text-encoder',
  'image-encoder',
  'audio-encoder',
  'ocr',
  'fusion',
  'gateway',
  'dashboard',
] as const;

const chromium = findChromium();
if (!chromium)
  console.log('skipped: no Chromium is on the PATH; `apt-get install chromium`, or TERCET_CHROMIUM=PATH');

describe.skipIf(!chromium)('the dashboard in a browser', () => {
  let stack: TestStack;
  let browser: Browser;

  beforeAll(async () => {
    stack = await startTestStack('browser', {
      services: SERVICES,
      // One is due to whoever has decided a case, once there is one.
      serviceEnv: { dashboard: { TERCET_GOLDEN_EVERY: '1' } },
    });
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
  describeTeamwork(
    () => stack,
    () => browser,
  );
  describePreservation(
    () => stack,
    () => browser,
  );
  describeRights(
    () => stack,
    () => browser,
  );
  describeProvider(
    () => stack,
    () => browser,
  );
  describeLooks(
    () => stack,
    () => browser,
  );
  describeFeed(
    () => stack,
    () => browser,
  );
});
