import { expect, it } from 'vitest';
import { figuresOf } from './figures.js';
import { reportMarkdown } from './markdown.js';

it('writes every section, and says where there is nothing', () => {
  const lines = [0, 1].map((label) => ({
    lang: 'en',
    group: '',
    modalities: 'text',
    labels: { hate: label as 0 | 1 },
    scores: { hate: label ? 0.75 : 0.25 },
    action: 'allow',
    isCovered: true,
  }));
  const facts = {
    data: 'a.jsonl',
    policy: 'default 2',
    headSet: 'default',
    models: ['m 1'],
    absent: [],
    read: 3,
    problems: ['line 2 is not JSON'],
    seconds: 1.25,
  };
  const report = reportMarkdown(facts, figuresOf(lines, { hate: 0.5 }));
  expect(report).toContain('| lines | 3 read, 1 not usable |');
  expect(report).toContain(
    '| hate | 1 | 1 | 0 | 1.000 | 1.000 | 0.5 | 1.000 | 0.000 | 1.000 | 1.000 | 0.250 | 0.750 |',
  );
  expect(report).toMatch(/0\.750 1\.000 {6}1 #{30}\|#{9}\n/);
  expect(report).toContain('- line 2 is not JSON');
  expect(report).toContain('No group has 20 negatives.');
  expect(reportMarkdown({ ...facts, problems: [] }, figuresOf([], {}))).not.toContain('could not be used');
});
