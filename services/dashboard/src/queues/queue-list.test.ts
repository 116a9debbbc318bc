import { describe, expect, it } from 'vitest';
import { allQueues, parseQueues, queueFor, queueList } from './queue-list.js';

const routed = (categories: string[], more = {}) => ({
  categories,
  policyId: 'default',
  restricted: false,
  ...more,
});

describe('the list of queues', () => {
  it('always has the restricted one and that of appeals', () => {
    expect(allQueues(queueList()).map(({ name }) => name)).toEqual([
      'self-harm',
      'general',
      'child-safety',
      'appeals',
    ]);
  });

  it('sends a case to the first queue whose rule holds', () => {
    const list = parseQueues(
      JSON.stringify([
        { name: 'ads', title: 'Ads', policies: ['ads'] },
        { name: 'scam', title: 'Scam', categories: ['spam/*'] },
        { name: 'rest', title: 'Rest' },
      ]),
    );
    expect(queueFor(list, routed(['spam/scam'], { policyId: 'ads' }), 'review')).toBe('ads');
    expect(queueFor(list, routed(['spam/scam']), 'review')).toBe('scam');
    expect(queueFor(list, routed(['spam']), 'review')).toBe('rest');
    expect(queueFor(list, routed([]), 'appeal')).toBe('appeals');
    for (const kind of ['review', 'appeal'])
      expect(queueFor(list, routed([], { restricted: true }), kind)).toBe('child-safety');
  });

  it.each([
    ['no JSON', 'queues'],
    ['nothing', '[]'],
    ['a name twice', '[{"name":"a","title":"A","categories":["x"]},{"name":"a","title":"B"}]'],
    ['a name that is taken', '[{"name":"appeals","title":"A"}]'],
    ['a last queue that takes not everything', '[{"name":"a","title":"A","categories":["hate"]}]'],
    ['an unknown field', '[{"name":"a","title":"A","colour":"red"}]'],
  ])('refuses %s', (_, json) => {
    expect(() => parseQueues(json)).toThrow(/TERCET_DASHBOARD_QUEUES/);
  });
});
