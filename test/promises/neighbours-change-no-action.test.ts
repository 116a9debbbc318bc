import { readFileSync } from 'node:fs';
import { DecisionCause, type ItemOpened, PartEmbedded } from '@tercet/contracts';
import type { Outcome } from '@tercet/encoder/authoring';
import { cosine, openModality, part, vectorsOf } from '@tercet/encoder/testing';
import { REPOSITORY } from '@tercet/local';
import { decide, loadHeadSets, loadPolicies } from '@tercet/policy';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { definition } from '../../services/text-encoder/dist/modality.js';

const encoder = await openModality(definition, {});
const MODEL = encoder.models['text']?.ref.digest;
const policies = await loadPolicies(`${REPOSITORY}/policies`);
const headSets = await loadHeadSets(`${REPOSITORY}/models/heads`);
const policy = policies.byId.get('default');
const headSet = headSets.byId.get('default');

/** Harmful and harmless sentences that no head was trained on. */
const sentences = readFileSync(`${REPOSITORY}/models/training/written/check.jsonl`, 'utf8')
  .trim()
  .split('\n')
  .map((line) => (JSON.parse(line) as { text: string }).text);

function actionOf(outcome: Outcome | undefined): string {
  if (outcome?.kind !== 'embedded') throw new Error('every sentence holds text');
  const expected = { partId: 'body', modality: 'text', mediaType: '', sha256: '', sizeBytes: 0n };
  const manifest = { ...expected, language: '', sourcePartId: '', uri: '' };
  const opened: ItemOpened = {
    parts: [manifest],
    context: undefined,
    policy: policy?.ref,
    headSet: headSet?.ref,
    windowMs: 1000n,
  };
  const record = PartEmbedded.create({
    partId: 'body',
    modality: 'text',
    encoderDigest: 'any',
    embeddings: [...outcome.embeddings],
    truncated: [...outcome.truncated],
    language: '',
  });
  const input = {
    itemKey: 'acme/1',
    version: 1n,
    revision: 1,
    cause: DecisionCause.COMPLETE,
    opened,
    parts: [{ part: manifest, outcome: { kind: 'embedded' as const, record } }],
    appliedOffset: 1n,
  };
  return decide(input, policy, headSet).action;
}

it('an int8 vector, and the action it leads to, are the same whoever shares the batch', async () => {
  expect(policy).toBeDefined();
  expect(headSet).toBeDefined();
  const actions = new Set<string>();
  const text = fc
    .array(fc.constantFrom(...sentences), { minLength: 1, maxLength: 6 })
    .map((some) => some.join(' '));
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 2, maxLength: 10 }), async (texts) => {
      const together = await encoder.encode(...texts.map((each) => part(each)));
      for (const [index, each] of texts.entries()) {
        const [alone] = await encoder.encode(part(each));
        const inBatch = together[index];
        const [ours, theirs] = [vectorsOf(alone, MODEL), vectorsOf(inBatch, MODEL)];
        expect(ours.length).toBe(theirs.length);
        for (const [row, vector] of ours.entries())
          expect(cosine(vector, theirs[row] ?? [])).toBeGreaterThanOrEqual(0.9999);
        const action = actionOf(alone);
        expect(actionOf(inBatch)).toBe(action);
        actions.add(action);
      }
    }),
    { numRuns: 15 },
  );
  // Both kinds were there, or the equality would say nothing.
  expect(actions).toContain('allow');
  expect(actions).toContain('review');
});
