import type { ReliabilityBin } from '../../metrics/calibration.js';
import type { Rates } from '../../metrics/rates.js';
import type { CategoryFigures, Figures, Subset } from './figures.js';

/** What was run, for the head of the report. */
export interface RunFacts {
  readonly data: string;
  readonly policy: string;
  readonly headSet: string;
  /** Names with versions. */
  readonly models: readonly string[];
  /** Optional models that are not installed. */
  readonly absent: readonly string[];
  readonly read: number;
  /** Lines that could not be used, with the reason. */
  readonly problems: readonly string[];
  readonly seconds: number;
}

const MOST_PROBLEMS = 50;
const BAR = 40;

/** The report as Markdown. */
export function reportMarkdown(facts: RunFacts, { subsets, reliability, bias }: Figures): string {
  const [all, ...others] = subsets;
  const blocks = [
    '# Evaluation',
    headOf(facts),
    '## All lines',
    all ? subsetTable([all]) : 'No line was decided.',
    all ? categoryTable(all.categories) : '',
    '## At thresholds',
    ...(all?.categories ?? []).map(thresholdTable),
    '## Reliability',
    'Fifteen bins of equal mass. `#`: share of positives; `|`: mean score.',
    ...reliability.map(({ category, bins }) => `### ${category}\n\n${reliabilityPlot(bins)}`),
    '## Subsets',
    others.length > 0 ? subsetTable(others) : 'None is named.',
    ...others.filter(({ categories }) => categories.length > 0).map(subsetBlock),
    '## Identity bias',
    'Gap: share of false positives of a group less that of all lines, at the policy’s lowest threshold (else .5). AUROC by group: Borkan et al., 2019.',
    ...bias.map(({ category, groups }) => `### ${category}\n\n${biasTable(groups)}`),
    facts.problems.length > 0 ? problemList(facts.problems) : '',
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function headOf(facts: RunFacts): string {
  const rows = [
    ['data', facts.data],
    ['policy', facts.policy],
    ['head set', facts.headSet],
    ['models', facts.models.join(', ')],
    ['not installed', facts.absent.join(', ') || 'nothing'],
    ['lines', `${facts.read} read, ${facts.problems.length} not usable`],
    ['seconds', facts.seconds.toFixed(1)],
  ];
  return table(['', ''], rows);
}

function subsetTable(subsets: readonly Subset[]): string {
  const actions = ['allow', 'flag', 'review', 'block'];
  return table(
    ['by', 'subset', 'lines', 'covered', ...actions],
    subsets.map(({ by, name, lines, covered, actions: taken }) => [
      by,
      name,
      String(lines),
      number(covered),
      ...actions.map((action) => String(taken[action] ?? 0)),
    ]),
  );
}

function subsetBlock({ by, name, categories }: Subset): string {
  return `### ${by}: ${name}\n\n${categoryTable(categories)}`;
}

function categoryTable(categories: readonly CategoryFigures[]): string {
  if (categories.length === 0) return 'No labels.';
  return table(
    [
      'category',
      'positives',
      'negatives',
      'no score',
      'AUROC',
      'AP',
      'threshold',
      'recall',
      'FPR',
      'F1',
      'recall at 1 % FPR',
      'calibration error',
      'Brier skill',
    ],
    categories.map((one) => [
      one.category,
      String(one.positives),
      String(one.negatives),
      String(one.unscored),
      number(one.auroc),
      number(one.averagePrecision),
      one.atPolicy ? String(one.atPolicy.threshold) : '-',
      number(one.atPolicy?.recall),
      number(one.atPolicy?.falsePositives),
      number(one.atPolicy?.f1),
      number(one.recallAt1Percent),
      number(one.calibrationError),
      number(one.brierSkill),
    ]),
  );
}

function thresholdTable({ category, atThresholds }: CategoryFigures): string {
  const row = (name: string, value: (rates: Rates) => number): string[] => [
    name,
    ...atThresholds.map((rates) => number(value(rates))),
  ];
  const header = [category, ...atThresholds.map(({ threshold }) => String(threshold))];
  return table(header, [
    row('FPR', ({ falsePositives }) => falsePositives),
    row('recall', ({ recall }) => recall),
    row('precision', ({ precision }) => precision),
    row('F1', ({ f1 }) => f1),
  ]);
}

function reliabilityPlot(bins: readonly ReliabilityBin[]): string {
  if (bins.length === 0) return 'No scored and labelled line.';
  const lines = bins.map(({ count, score, positives }) => {
    const bar: string[] = Array.from({ length: BAR + 1 }, (_, at) =>
      at < Math.round(positives * BAR) ? '#' : ' ',
    );
    bar[Math.round(score * BAR)] = '|';
    return `${number(score)} ${number(positives)} ${String(count).padStart(6)} ${bar.join('').trimEnd()}`;
  });
  return ['```', 'score  true  count', ...lines, '```'].join('\n');
}

function biasTable(groups: Figures['bias'][number]['groups']): string {
  if (groups.length === 0) return 'No group has 20 negatives.';
  return table(
    ['group', 'negatives', 'positives', 'FPR', 'gap', 'subgroup AUROC', 'BPSN', 'BNSP'],
    groups.map((one) => [
      one.group,
      String(one.negatives),
      String(one.positives),
      number(one.falsePositives),
      number(one.gap),
      number(one.subgroupAuroc),
      number(one.bpsnAuroc),
      number(one.bnspAuroc),
    ]),
  );
}

function problemList(problems: readonly string[]): string {
  const rest = problems.length - MOST_PROBLEMS;
  const named = problems.slice(0, MOST_PROBLEMS).map((problem) => `- ${problem}`);
  return ['## Lines that could not be used', '', ...named, ...(rest > 0 ? [`- and ${rest} more`] : [])].join(
    '\n',
  );
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

function number(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '-' : value.toFixed(3);
}
