import { expect, it } from 'vitest';
import { figuresOf, type JudgedLine } from './figures.js';

const line = (
  lang: string,
  group: string,
  label: 0 | 1 | undefined,
  score: number | undefined,
): JudgedLine => ({
  lang,
  group,
  modalities: lang === 'en' ? 'text' : 'image+text',
  labels: label === undefined ? {} : { hate: label },
  scores: score === undefined ? {} : { hate: score },
  action: (score ?? 0) >= 0.5 ? 'flag' : 'allow',
  isCovered: score !== undefined,
});

const LINES = [
  line('en', 'x', 1, 0.9),
  line('en', 'x', 0, 0.6),
  line('en', '', 0, 0.1),
  line('fr', '', 1, undefined),
  line('fr', '', 0, 0.2),
  line('fr', '', undefined, 0.7),
];

it('counts all lines and each subset, scored and not', () => {
  const { subsets, reliability, bias } = figuresOf(LINES, { hate: 0.5 });
  expect(subsets.map(({ by, name, lines }) => `${by} ${name} ${lines}`)).toEqual([
    'all all 6',
    'lang en 3',
    'lang fr 3',
    'group x 2',
    'modalities image+text 3',
    'modalities text 3',
  ]);
  const [all] = subsets;
  expect(all).toMatchObject({ covered: 5 / 6, actions: { flag: 3, allow: 3 } });
  expect(all?.categories).toMatchObject([
    { category: 'hate', positives: 1, negatives: 3, unscored: 1, auroc: 1, averagePrecision: 1 },
  ]);
  expect(all?.categories[0]?.atPolicy).toMatchObject({ threshold: 0.5, recall: 1, falsePositives: 1 / 3 });
  expect(reliability[0]?.bins.reduce((sum, { count }) => sum + count, 0)).toBe(4);
  expect(bias).toEqual([{ category: 'hate', groups: [] }]);
});

it('has no categories where nothing is labelled', () => {
  const { subsets, bias } = figuresOf([line('en', '', undefined, 0.4)], {});
  expect(subsets[0]).toMatchObject({ lines: 1, categories: [] });
  expect(bias).toEqual([]);
});
