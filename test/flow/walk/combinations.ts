import { auditDecisions, readDecisionLog, readOpenings } from '@tercet/client';
import { DecisionCause, LookupState } from '@tercet/contracts';
import { produceItem, type TestStack, waitFor } from '@tercet/harness';
import { describe, expect, it } from 'vitest';
import { jpeg, toneWav } from './media.js';
import { audio, decisionOf, image, itemOf, post, TENANT, text } from './post.js';

const BENIGN = 'The library opens at nine in the morning and closes at six in the evening.';
const SCAM =
  'Congratulations! You have won a free 1000 dollar gift card. Click the link and claim your prize now.';

/** Every combination of modalities becomes one explained decision. */
export function describeCombinations(stack: () => TestStack): void {
  describe('one decision over text, image and audio', () => {
    const COMBINATIONS = [
      'text',
      'image',
      'audio',
      'text image',
      'text audio',
      'image audio',
      'text image audio',
    ];
    const makers = {
      text: () => text('words', BENIGN),
      image: async () => image('photo', await jpeg()),
      audio: () => audio('clip', toneWav(2)),
    };

    it.each(COMBINATIONS)('%s', async (combination) => {
      const modalities = combination.split(' ') as (keyof typeof makers)[];
      const parts = await Promise.all(modalities.map((modality) => makers[modality]()));
      const decision = await post(stack(), `combination-${modalities.join('-')}`, parts);
      expect(decision.cause).toBe(DecisionCause.COMPLETE);
      expect(decision.action).toBe('allow');
      // What no head reads is not weighed, and says so; everything else is.
      const notCovered = decision.reasons.filter(({ code }) => code === 'not_covered');
      const uncovered = new Set(notCovered.map(({ partId }) => partId));
      expect(decision.partsMissing.filter(({ partId }) => !uncovered.has(partId))).toEqual([]);
      const seen = [...decision.modalitiesUsed, ...notCovered.map(({ modality }) => modality)];
      expect([...new Set(seen)].sort()).toEqual([...modalities].sort());
      expect(decision.partsUsed.every((part) => part.vectors.length > 0)).toBe(true);
      expect(decision.policy?.digest).toMatch(/^[0-9a-f]{64}$/);
      // Not covered is said, never scored as 0.
      const scored = new Set(decision.categories.map(({ category }) => category));
      for (const { modality, categories } of decision.notCovered) {
        if (modalities.length === 1 && modality === modalities[0]) {
          expect(categories.filter((category) => scored.has(category))).toEqual([]);
        }
      }
    });

    it('names the part that caused it among several of one modality', async () => {
      const parts = [text('first', BENIGN), text('second', SCAM), image('photo', await jpeg())];
      const decision = await post(stack(), 'three-parts', parts);
      expect(decision.action).not.toBe('allow');
      expect(decision.reasons[0]).toMatchObject({ category: 'spam/scam', partId: 'second' });
      const spam = decision.categories.find(({ category }) => category === 'spam/scam');
      const shares = spam?.contributions.map(({ share }) => share) ?? [];
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
    });

    it('decides an edit as a new version, and the same version only once', async () => {
      const first = itemOf('edited', [text('words', BENIGN)], 1);
      await produceItem(stack().bus, first);
      await produceItem(stack().bus, first);
      expect((await decisionOf(stack(), 'edited', 1)).action).toBe('allow');
      await produceItem(stack().bus, itemOf('edited', [text('words', SCAM)], 2));
      expect((await decisionOf(stack(), 'edited', 2)).action).not.toBe('allow');
      // An older version after a newer one is not opened.
      await produceItem(stack().bus, first);
      await post(stack(), 'after-edited', [text('words', BENIGN)]);
      const answer = await stack().gateway.getDecision(TENANT, 'edited');
      expect(answer).toMatchObject({ state: LookupState.DECIDED, version: 2n, revision: answer.revision });
      const log = await readDecisionLog(stack().bus);
      expect(log.filter(({ key }) => key === `${TENANT}/edited`).map((one) => one.decision?.version)).toEqual(
        [1n, 2n],
      );
    });

    it('decides every version that was opened exactly once', async () => {
      await waitFor('each opened version is decided', async () => {
        const log = await readDecisionLog(stack().bus);
        return auditDecisions(await readOpenings(stack().bus), log).lost.length === 0;
      });
      const audit = auditDecisions(await readOpenings(stack().bus), await readDecisionLog(stack().bus));
      expect(audit.firstDecisions.size).toBeGreaterThan(COMBINATIONS.length);
      expect(audit).toMatchObject({ lost: [], duplicates: [] });
    });
  });
}
