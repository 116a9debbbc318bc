import { describe, expect, it } from 'vitest';
import { MADE_ENTRIES, MADE_WEIGHTS, madeManifest, PICTURES, STRANGER } from '../fixtures/made-heads.js';
import { colours, madeItem, picture } from '../fixtures/made-items.js';
import { decide } from './decide.js';
import { parseHeadSet } from './head-set.js';

const entries = MADE_ENTRIES.map((entry) =>
  entry.modality === 'image' ? { ...entry, optional: true as const } : entry,
);
const heads = parseHeadSet(madeManifest(entries), MADE_WEIGHTS);

/** A picture whose model has another name or digest than the heads know. */
function pictureBy(model: { readonly name?: string; readonly digest?: string }) {
  const outcome = picture([0.9]);
  if (outcome.kind !== 'embedded') throw new Error('not embedded');
  const embeddings = outcome.record.embeddings.map((one) => ({
    ...one,
    model: { name: 'pictures', version: '1', digest: PICTURES, ...model },
  }));
  return { ...outcome, record: { ...outcome.record, embeddings } };
}

const decideOn = (outcome: ReturnType<typeof pictureBy>) =>
  decide(madeItem([{ id: 'p', modality: 'image', outcome }]), colours(), heads);

describe('heads whose model may be absent', () => {
  it('score where it is there', () => {
    expect(decideOn(pictureBy({}))).toMatchObject({ modalitiesUsed: ['image'], modalitiesMissing: [] });
  });

  it('leave the part uncovered where it is not, and the decision says so', () => {
    const decision = decideOn(pictureBy({ name: 'other', digest: STRANGER }));
    expect(decision.action).toBe('allow');
    expect(decision.modalitiesMissing).toEqual(['image']);
    expect(decision.notCovered).toMatchObject([{ partId: 'p', code: 'no_head', categories: [] }]);
    expect(decision.reasons).toMatchObject([{ code: 'not_covered', partId: 'p' }]);
  });

  it('hold back what another version of their model made: a roll-out gone wrong', () => {
    expect(decideOn(pictureBy({ digest: STRANGER }))).toMatchObject({
      action: 'block',
      reasons: [{ code: 'incomplete', rule: 'no_head' }],
    });
  });
});
