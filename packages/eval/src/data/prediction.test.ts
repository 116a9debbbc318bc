import { Decision } from '@tercet/contracts';
import { expect, it } from 'vitest';
import { predictionOf } from './prediction.js';

const category = (name: string, score: number) => ({ category: name, score });
const decision = (notCovered: { code: string; categories?: string[] }[]) =>
  Decision.fromPartial({
    action: 'review',
    uncertainty: 0.25,
    categories: [category('hate', 0.5), category('sexual', 0.125)],
    notCovered,
  });

it('gives scores, what is covered, the action and the uncertainty', () => {
  expect(
    predictionOf('a', decision([{ code: 'no_head', categories: ['violence'] }, { code: 'truncated' }])),
  ).toEqual({
    id: 'a',
    scores: { hate: 0.5, sexual: 0.125 },
    covered: ['hate', 'sexual'],
    action: 'review',
    uncertainty: 0.25,
  });
});

it('calls nothing covered where a part or a stretch is in a language without heads', () => {
  expect(predictionOf('a', decision([{ code: 'language' }])).covered).toEqual([]);
  expect(predictionOf('a', decision([{ code: 'language', categories: ['hate'] }])).covered).toEqual([
    'sexual',
  ]);
});
