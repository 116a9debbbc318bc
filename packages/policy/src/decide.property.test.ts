import { Decision } from '@tercet/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { madeHeads, STRANGER, WORDS } from '../fixtures/made-heads.js';
import {
  colours,
  empty,
  failed,
  type MadePart,
  madeItem,
  pending,
  picture,
  words,
} from '../fixtures/made-items.js';
import { decide } from './decide.js';

const heads = madeHeads();
const policy = colours();

const coordinate = fc.double({ min: -1, max: 1, noNaN: true });
const windows = fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 5 });
const outcome = fc.oneof(
  fc
    .tuple(windows, fc.constantFrom(WORDS, STRANGER), fc.constantFrom('', 'en', 'de'))
    .map(([values, digest, language]) => words(values, { digest, language })),
  fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 }).map(picture),
  fc.constantFrom(empty('no_text'), failed('crashed'), pending(), pending('overload')),
);
const part = fc
  .record({ modality: fc.constantFrom('text', 'image', 'audio'), outcome })
  .map((made): Omit<MadePart, 'id'> => made);
const parts = fc
  .array(part, { minLength: 1, maxLength: 6 })
  .map((made) => made.map((p, i) => ({ id: `p${i}`, ...p })));

const bytes = (made: readonly MadePart[]) =>
  Buffer.from(Decision.encode(decide(madeItem(made), policy, heads)).finish());

describe('decide, for any item', () => {
  it('gives the same bytes twice, and whatever the order of the parts', () => {
    fc.assert(
      fc.property(parts, fc.array(fc.nat(), { minLength: 6, maxLength: 6 }), (made, keys) => {
        const shuffled = [...made].sort(
          (a, b) => (keys[made.indexOf(a)] ?? 0) - (keys[made.indexOf(b)] ?? 0),
        );
        const first = bytes(made);
        expect(bytes(made).equals(first)).toBe(true);
        expect(bytes(shuffled).equals(first)).toBe(true);
      }),
    );
  });

  it('accounts for every part once, and keeps scores, shares and uncertainty within bounds', () => {
    fc.assert(
      fc.property(parts, (made) => {
        const decision = decide(madeItem(made), policy, heads);
        const ids = [...decision.partsUsed, ...decision.partsMissing].map(({ partId }) => partId).sort();
        expect(ids).toEqual(made.map(({ id }) => id));
        expect(decision.uncertainty).toBeGreaterThanOrEqual(0);
        expect(decision.uncertainty).toBeLessThanOrEqual(1);
        for (const { score, contributions, severity, flagged } of decision.categories) {
          expect(score).toBeGreaterThanOrEqual(Math.max(...contributions.map((each) => each.score)) - 1e-6);
          expect(score).toBeLessThanOrEqual(1);
          expect(contributions.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
          if (!flagged) expect(severity).toBe(0);
        }
      }),
    );
  });

  it('is never eased by one more part', () => {
    const rank = (action: string) => ['allow', 'flag', 'review', 'block'].indexOf(action);
    // Without thresholds that move with the language of the top part.
    const plain = colours((text) => text.replace(/ {6}- \{ language.*\n/, ''));
    fc.assert(
      fc.property(parts, part, (made, more) => {
        const before = decide(madeItem(made), plain, heads);
        const after = decide(madeItem([...made, { id: 'z', ...more }]), plain, heads);
        for (const { category, score } of before.categories) {
          const grown = after.categories.find((each) => each.category === category);
          expect(grown?.score).toBeGreaterThanOrEqual(score - 1e-6);
        }
        const asked = (decision: Decision) =>
          Math.max(
            0,
            ...decision.reasons.filter(({ code }) => code !== 'uncertain').map(({ action }) => rank(action)),
          );
        expect(asked(after)).toBeGreaterThanOrEqual(asked(before));
      }),
    );
  });
});
