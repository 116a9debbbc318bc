import { expect, it } from 'vitest';
import { createEnglishModel } from '../english-model.js';
import { fitWeights, quantise } from './fit.js';
import { createRandom } from './random.js';
import { entriesOf, ranked, withoutMarks } from './vocabulary.js';

const ENGLISH = ['the', 'which', 'thought', 'through', 'walking', 'talking', 'brightness', 'whatever'];
const OTHER = ['welche', 'schlecht', 'zwischen', 'questo', 'perché', 'naturalmente', 'vždycky', 'będzie'];
const entries = [...entriesOf(ranked(ENGLISH), true, 1, 100), ...entriesOf(ranked(OTHER), false, 1, 100)];
const fit = () => fitWeights(entries, { draws: 4000, random: createRandom(3), onProgress: () => undefined });

it('tells words it was shown, and words of the same letters, and gives the same weights each time', () => {
  const weights = fit();
  expect(Buffer.from(fit().buffer).equals(Buffer.from(weights.buffer))).toBe(true);
  const { scale, bytes } = quantise(weights);
  const logOdds = createEnglishModel(bytes, scale);
  for (const word of [...ENGLISH, 'thinking', 'brightly']) expect(logOdds(word), word).toBeGreaterThan(0);
  for (const word of [...OTHER, 'zwölf', 'schlechte']) expect(logOdds(word), word).toBeLessThan(0);
});

it('weighs a language as told, its words by their frequency, and leaves other scripts out', () => {
  const made = entriesOf(
    new Map([
      ['Über', 8],
      ['klein', 1],
      ['слово', 100],
    ]),
    false,
    0.5,
    10,
  );
  expect(made.map(({ word }) => word)).toEqual(['über', 'klein']);
  expect(made.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(0.5, 12);
  expect(made[0]?.weight).toBeGreaterThan(3 * (made[1]?.weight ?? 0));
});

it('takes marks away as a keyboard without them does', () => {
  expect([
    ...withoutMarks(
      new Map([
        ['łódź', 1],
        ['straße', 2],
        ['mañana', 3],
      ]),
    ).keys(),
  ]).toEqual(['lodz', 'strasse', 'manana']);
});
