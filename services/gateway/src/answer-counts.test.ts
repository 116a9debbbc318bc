import { expect, it } from 'vitest';
import { AnswerCounts } from './answer-counts.js';

it('counts by method and code', () => {
  const answers = new AnswerCounts();
  expect([...answers.all()]).toEqual([]);
  answers.count('GetDecision', 'ok');
  answers.count('GetDecision', 'bad_tenant');
  answers.count('WaitForDecision', 'ok');
  answers.count('GetDecision', 'ok');
  expect([...answers.all()]).toEqual([
    { method: 'GetDecision', code: 'ok', count: 2 },
    { method: 'GetDecision', code: 'bad_tenant', count: 1 },
    { method: 'WaitForDecision', code: 'ok', count: 1 },
  ]);
});
