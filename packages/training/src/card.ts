import type { ModelRef } from '@tercet/contracts';
import type { CheckFigures } from './check.js';
import { type FittedHead, REPORTED_THRESHOLDS } from './fit-head.js';
import type { CardNotes, SignalHeadPlan, TrainedHeadPlan, TrainingManifest } from './manifest.js';
import type { ProbeFigures } from './probe.js';

/** Model card of a trained head, in Markdown. */
export function trainedHeadCard(
  head: FittedHead,
  manifest: TrainingManifest,
  model: ModelRef,
  seed: number,
  check: CheckFigures | undefined,
  probes: readonly ProbeFigures[],
): string {
  const { plan, figures } = head;
  const used = [...new Set(plan.sources.map((source) => source.dataset))];
  const { train, calibration, test } = figures.rows;
  return [
    ...opening(plan, plan.card, model),
    `${form(plan)}, then Platt scaling for traffic with ${percent(plan.prior)} positives. Seed ${seed}. Languages: ${plan.languages.join(', ') || 'any'}.`,
    '',
    '## Data',
    '',
    '| source | role | rows taken from it | weight |',
    '|---|---|---|---|',
    ...plan.sources.map((source) => {
      const where = Object.entries(source.where)
        .map(([column, values]) => `${column}: ${values.join(', ')}`)
        .join('; ');
      const limit = source.limit === undefined ? '' : ` (at most ${source.limit})`;
      return `| ${source.dataset} | ${source.role} | ${where || 'all'}${limit} | ${source.weight} |`;
    }),
    '',
    ...used.flatMap((name) => {
      const entry = manifest.datasets[name];
      if (entry === undefined) return [];
      const warning = entry.warning === undefined ? '' : ` ${entry.warning}`;
      return [`- **${name}** (${entry.licence}): ${entry.attribution}.${warning}`];
    }),
    '',
    `Repeats are removed before splitting. Train ${train.positive} + ${train.negative}, calibration ${calibration.positive} + ${calibration.negative}, test ${test.positive} + ${test.negative} (positive + negative).`,
    '',
    '## Figures on the test split',
    '',
    ...overallFigures(head, manifest),
    '',
    'Share of rows that score at least:',
    '',
    `| source | rows | ${REPORTED_THRESHOLDS.join(' | ')} |`,
    `|---|---|${REPORTED_THRESHOLDS.map(() => '---').join('|')}|`,
    ...figures.sources.map(
      ({ source, rows, shares }) => `| ${source} | ${rows} | ${shares.map(percent).join(' | ')} |`,
    ),
    '',
    ...probeSection(probes),
    ...checkSection(plan.category, check, manifest.check?.note),
    ...closing(plan.card, plan.languages),
  ].join('\n');
}

const HIGHEST: Readonly<Record<string, string>> = {
  image: 'The highest frame speaks for an animation.',
  audio: 'The highest segment speaks for the part.',
};

/** Model card of a head over a model's own outputs. */
export function signalHeadCard(plan: SignalHeadPlan, model: ModelRef): string {
  const sum = plan.signals.map(({ name, weight }) => `${weight} ${name}`).join(' + ');
  return [
    ...opening(plan, plan.card, model),
    `Not trained: a fixed formula over the model's own outputs. s = ${sum}; z = ${plan.transform === 'logit' ? 'ln(s / (1 - s))' : 's'}; probability = sigmoid(${plan.calibration.scale} z + ${plan.calibration.offset}). ${HIGHEST[plan.modality] ?? 'The highest window speaks for the part.'}`,
    '',
    ...closing(plan.card, []),
  ].join('\n');
}

function opening(
  plan: { readonly name: string; readonly category: string; readonly modality: string },
  card: CardNotes,
  model: ModelRef,
): string[] {
  return [
    `# ${card.title}`,
    '',
    `Head \`${plan.name}\`: category \`${plan.category}\`, modality ${plan.modality}, model ${model.name} ${model.version} (\`${model.digest.slice(0, 12)}\`).`,
    '',
    card.purpose.trim(),
    '',
  ];
}

function form({ l2, hidden, lexicon }: TrainedHeadPlan): string {
  const read = `the L2-normalised embedding${lexicon ? ' and the eight signals of the word lists' : ''}`;
  return hidden === 0
    ? `A linear head: logistic regression (L2 ${l2}, classes weighted equally) on ${read}`
    : `A perceptron with one hidden layer of ${hidden} tanh units (L2 ${l2}, classes weighted equally) on ${read}`;
}

function overallFigures({ plan, figures }: FittedHead, manifest: TrainingManifest): string[] {
  const benchmarks = [...new Set(plan.sources.map(({ dataset }) => dataset))].filter(
    (name) => manifest.datasets[name]?.benchmark,
  );
  const left =
    benchmarks.length === 0 ? '' : ` Rows of ${benchmarks.join(', ')} are left out: it is a benchmark.`;
  if (Number.isNaN(figures.auroc)) {
    return [`How many positives it finds was not measured: no positives are left to measure it on.${left}`];
  }
  return [
    `AUROC ${figures.auroc.toFixed(3)}; average precision ${figures.averagePrecision.toFixed(3)} at ${percent(figures.testPrior)} positives. Calibration error (15 bins of equal mass, rows weighted as in calibration) ${figures.platt.error.toFixed(3)} and Brier skill ${figures.platt.brierSkill.toFixed(3)} at ${percent(plan.prior)} positives, on ${figures.positives} of them.${left}`,
  ];
}

function probeSection(probes: readonly ProbeFigures[]): string[] {
  if (probes.length === 0) return [];
  return [
    'Groups of rows that the head was not trained on; share that scores at least:',
    '',
    `| group | rows | ${REPORTED_THRESHOLDS.join(' | ')} |`,
    `|---|---|${REPORTED_THRESHOLDS.map(() => '---').join('|')}|`,
    ...probes.map(({ name, rows, shares }) => `| ${name} | ${rows} | ${shares.map(percent).join(' | ')} |`),
    '',
  ];
}

function checkSection(category: string, check: CheckFigures | undefined, note: string | undefined): string[] {
  const rows = check?.get(category);
  if (rows === undefined) return [];
  return [
    'Sentences of our own that no head was trained on, in the style of short posts (highest score at least 0.5 in this category):',
    '',
    '| kind | sentences | at least 0.5 |',
    '|---|---|---|',
    ...rows.map(({ kind, rows: count, above }) => `| ${kind} | ${count} | ${above} |`),
    '',
    ...(note === undefined ? [] : [note, '']),
  ];
}

function closing(card: CardNotes, languages: readonly string[]): string[] {
  const names = new Intl.DisplayNames('en', { type: 'language' });
  const served = languages.map((language) => names.of(language) ?? language);
  const others = served.length === 0 ? [] : [`Any language but ${served.join(', ')}.`];
  return [
    '## Known failures and limits',
    '',
    ...card.failures.map((line) => `- ${line}`),
    '',
    '## Must not be used for',
    '',
    ...[...card.must_not, ...others].map((line) => `- ${line}`),
    '',
  ];
}

function percent(value: number): string {
  return Number.isNaN(value) ? '-' : `${(value * 100).toFixed(1)} %`;
}
