import type { KindFigures } from './sentence-figures.js';
import type { HeadsReport } from './suite.js';

/** Prints a report as the Markdown tables of docs/evaluation.md. */
export function printTables({ sentences, before, evaluation, languages }: HeadsReport): void {
  if (evaluation !== undefined) {
    table(
      ['head', 'source left out', 'positive + negative', 'AUROC', 'goal', 'in source'],
      evaluation.leftOut.map((one) => [
        one.head,
        one.name,
        `${one.positives} + ${one.negatives}`,
        one.auroc.toFixed(3),
        one.goal.toFixed(2),
        one.inSource.toFixed(3),
      ]),
    );
    table(
      [
        'head',
        'source left out',
        'share of positives: calibrated for',
        'there',
        'calibration error',
        'Brier skill',
      ],
      evaluation.leftOut.map((one) => [
        one.head,
        one.name,
        percent(one.calibratedPrior),
        percent(one.sourcePrior),
        one.calibrationErrorUnderShift.toFixed(3),
        one.brierSkillUnderShift.toFixed(3),
      ]),
    );
    table(
      ['head', 'in-source folds', 'positive + negative', 'AUROC, mean', 'lowest', 'highest'],
      evaluation.folds.map(({ head, name, positives, negatives, aurocs }) => [
        head,
        name,
        `${positives} + ${negatives}`,
        (aurocs.reduce((sum, one) => sum + one, 0) / aurocs.length).toFixed(3),
        Math.min(...aurocs).toFixed(3),
        Math.max(...aurocs).toFixed(3),
      ]),
    );
    table(
      [
        'head',
        'positives',
        'share calibrated for',
        'error, Platt',
        'Brier skill',
        'error, isotonic',
        'Brier skill',
      ],
      evaluation.heads.map(({ plan, figures }) => [
        plan.name,
        String(figures.positives),
        percent(plan.prior),
        figures.platt.error.toFixed(3),
        figures.platt.brierSkill.toFixed(3),
        figures.isotonic.error.toFixed(3),
        figures.isotonic.brierSkill.toFixed(3),
      ]),
    );
    table(
      ['head', 'language', 'positive + harmless', 'AUROC', 'found', 'harmless flagged'],
      evaluation.languages.map((one) => [
        one.head,
        one.language,
        `${one.positives} + ${one.negatives}`,
        one.auroc.toFixed(3),
        percent(one.found),
        percent(one.flagged),
      ]),
    );
  }
  table(
    [
      'language',
      'harmful',
      'flagged in their category',
      'not allowed',
      'harmless',
      'not allowed',
      'of all: not served',
    ],
    languages.map((one) =>
      [one.language, one.harmful, one.found, one.noticed, one.harmless, one.flagged, one.notServed].map(
        String,
      ),
    ),
  );
  table(
    [
      'sentences',
      'kind',
      'number',
      ...(before ? ['flagged without hard negatives'] : []),
      'flagged',
      'to review',
      'by category',
    ],
    sentences.map((one) => [
      one.file,
      one.kind,
      String(one.sentences),
      ...(before ? [flaggedIn(before, one)] : []),
      `${one.flagged} (${percent(one.flagged / one.sentences)})`,
      String(one.reviewed),
      Object.entries(one.byCategory)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([category, count]) => `${category} ${count}`)
        .join(', '),
    ]),
  );
}

function flaggedIn(before: readonly KindFigures[], { file, kind }: KindFigures): string {
  const same = before.find((one) => one.file === file && one.kind === kind);
  return same === undefined ? '' : `${same.flagged} (${percent(same.flagged / same.sentences)})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  console.log(`\n| ${head.join(' | ')} |\n|${head.map(() => '---').join('|')}|`);
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
}

function percent(value: number): string {
  return Number.isNaN(value) ? '-' : `${(value * 100).toFixed(1)} %`;
}
