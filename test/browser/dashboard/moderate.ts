import { randomUUID } from 'node:crypto';
import { Appeal, DecisionCause } from '@tercet/contracts';
import { type TestStack, waitFor } from '@tercet/harness';
import type { Browser, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { claim, logIn } from './chromium.js';
import { latestDecision, postScam, postScamText, publishReview, TENANT } from './posts.js';
import { openCaseOf, post } from './requests.js';

const SEEN_TIMEOUT_MS = 20_000;

/** What a moderator does all day, by keyboard. */
export function describeModeration(stack: () => TestStack, browser: () => Browser): void {
  describe('a moderator', () => {
    it('sees a harmful item live, looks at its evidence, and overturns it in three keys', async () => {
      const { page, complaints, context } = await logIn(browser(), stack().dashboardUrl, 'Robin', 'reviewer');
      const first = await postScam(stack(), 'raffle-1');
      expect(first.action).toBe('review');
      // Without a reload: the stream brings it.
      const row = page.getByRole('link', { name: /raffle-1/ });
      await row.waitFor({ timeout: SEEN_TIMEOUT_MS });
      await row.click();
      await page.getByRole('heading', { level: 1, name: `${TENANT}/raffle-1` }).waitFor();

      await seeEvidence(page);

      await page.getByRole('link', { name: 'Queues' }).click();
      await page.getByRole('link', { name: /General/ }).click();
      await page.getByRole('button', { name: /Claim the next/ }).waitFor();
      await page.keyboard.press('j');
      await page.getByRole('form', { name: 'Decide' }).waitFor();
      await page.keyboard.press('1');
      const sentAt = performance.now();
      await page.keyboard.press('Enter');
      await page.getByText('Revision 2 is out.').waitFor();
      console.log(`a revision was on the screen ${Math.round(performance.now() - sentAt)} ms after Enter`);

      const decision = await latestDecision(stack(), 'raffle-1');
      expect(decision).toMatchObject({ revision: 2, action: 'allow', cause: DecisionCause.REVIEW });
      expect(decision.human?.judgedRevision).toBe(1);

      await page.keyboard.press('u');
      await page.getByText('Undone').waitFor();
      const undone = await waitFor('the undo is decided', async () => {
        const latest = await latestDecision(stack(), 'raffle-1');
        return latest.revision === 3 ? latest : undefined;
      });
      expect(undone).toMatchObject({ action: 'review', cause: DecisionCause.REVIEW });
      // The case is the person's again, and so left for nobody else to stumble over.
      await page.getByRole('form', { name: 'Decide' }).waitFor();
      await page.getByText('revision 3').first().waitFor();
      await page.keyboard.press('4');
      await page.keyboard.press('Enter');
      await page.getByText('Revision 4 is out.').waitFor();
      expect(complaints).toEqual([]);
      await context.close();
    });

    it('is shown a newer revision instead of judging an older one', async () => {
      const { page, context } = await logIn(browser(), stack().dashboardUrl, 'Kim', 'reviewer');
      const decided = await postScamText(stack(), 'stale-1');
      await claim(page, 'stale-1');
      await page.keyboard.press('2');
      await publishReview(stack(), decided.itemKey, 'review');
      await waitFor(
        'the other review is decided',
        async () => (await latestDecision(stack(), 'stale-1')).revision === 2,
      );
      await page.getByText(/decided anew while you look/).waitFor();
      await page.keyboard.press('Enter');
      await page.getByText('Not sent: it was decided anew while you looked.').waitFor();
      expect((await latestDecision(stack(), 'stale-1')).revision).toBe(2);
      // The newer one is on the screen, and nothing is chosen for it yet.
      await page.getByText('version 1, revision 2').first().waitFor();
      await page.getByRole('button', { name: 'Choose a decision' }).waitFor();
      await page.keyboard.press('2');
      await page.keyboard.press('Enter');
      await page.getByText('Revision 3 is out.').waitFor();
      expect(await latestDecision(stack(), 'stale-1')).toMatchObject({ revision: 3, action: 'flag' });
      await context.close();
    });

    it('never gets a case that somebody else has', async () => {
      await postScamText(stack(), 'shared-1');
      const one = await logIn(browser(), stack().dashboardUrl, 'Alex', 'reviewer');
      const other = await logIn(browser(), stack().dashboardUrl, 'Sam', 'reviewer');
      await claim(one.page, 'shared-1');
      await other.page.goto('/queues/general');
      const line = other.page.getByRole('row', { name: /shared-1/ });
      await line.getByText('taken').waitFor();
      const caseId = await openCaseOf(other.page, 'shared-1');
      expect(await post(other.page, `/api/v1/cases/${caseId}/claim`)).toEqual([409, 'already_claimed']);
      await one.page.keyboard.press('r');
      await line.getByRole('button', { name: /Claim/ }).waitFor();
      await one.context.close();
      await other.context.close();
    });

    it('overturns an appeal', async () => {
      const decided = await postScamText(stack(), 'appeal-1');
      await publishReview(stack(), decided.itemKey, 'block');
      await waitFor('it is blocked', async () => (await latestDecision(stack(), 'appeal-1')).revision === 2);
      const appeal = Appeal.fromPartial({
        appealId: randomUUID(),
        version: 1n,
        revision: 2,
        appellantId: 'author-1',
        statement: 'It is the raffle of our own school.',
      });
      await stack().gateway.fileAppeal(TENANT, 'appeal-1', appeal);
      const { page, context } = await logIn(browser(), stack().dashboardUrl, 'Noor', 'reviewer');
      await page.goto('/queues/appeals');
      await page.getByRole('row', { name: /appeal-1/ }).waitFor();
      await page.keyboard.press('j');
      await page.getByText('It is the raffle of our own school.').waitFor();
      await page.keyboard.press('1');
      await page.getByRole('button', { name: /Overturn: Allow/ }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByText('Revision 3 is out.').waitFor();
      expect(await latestDecision(stack(), 'appeal-1')).toMatchObject({ revision: 3, action: 'allow' });
      await context.close();
    });
  });
}

/** Everything of an item's page that says why. */
async function seeEvidence(page: Page): Promise<void> {
  await page.getByText('Score over its threshold in spam/scam').first().waitFor();
  const bar = page.locator('.category.flagged', { hasText: 'spam/scam' });
  expect(await bar.locator('.threshold').count()).toBe(1);

  const body = page.getByRole('region', { name: 'Part body' });
  await body.getByRole('button', { name: 'Which words weighed?' }).click();
  await body.getByText('Approximate').waitFor({ timeout: 60_000 });
  expect(await body.locator('mark.weigh-4').count()).toBeGreaterThan(0);

  const poster = page.getByRole('region', { name: 'Part poster', exact: true });
  const picture = poster.locator('.picture');
  expect(await picture.getAttribute('class')).toContain('blurred');
  await poster.getByRole('button', { name: 'Show the picture' }).click();
  expect(await picture.getAttribute('class')).not.toContain('blurred');
  expect(await poster.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(640);

  const tone = page.getByRole('region', { name: 'Part tone' });
  await tone.getByRole('button', { name: 'Load the recording' }).click();
  await tone.locator('.waveform').waitFor();
  expect(await tone.locator('audio').evaluate((audio: HTMLAudioElement) => audio.muted)).toBe(true);
  await tone.getByText('0:00 / 0:03').waitFor();

  await page.getByRole('heading', { name: 'Timings' }).waitFor();
  await page.getByText('The record as JSON').click();
  await page.locator('.record').getByText('"decision_id"').waitFor();
}
