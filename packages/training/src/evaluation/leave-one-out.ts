import { type Row, textIdentity } from '../dataset.js';
import { type Example, gatherExamples, matches } from '../examples.js';
import type { Features } from '../features.js';
import { scoreOf, trainHead } from '../fit-head.js';
import type { TrainedHeadPlan, TrainingManifest } from '../manifest.js';
import { auroc, brierSkill, calibrationError, type WeightedScore } from '../metrics.js';
import type { EvaluationPlan } from './evaluation-plan.js';

type Where = Readonly<Record<string, readonly string[]>>;

export interface LeftOutFigures {
  readonly head: string;
  readonly name: string;
  readonly goal: number;
  readonly positives: number;
  readonly negatives: number;
  /** On all rows of the source, none of them in training. */
  readonly auroc: number;
  /** On the source's test split, its other rows in training. */
  readonly inSource: number;
  /** Share of positives that the head was calibrated for, and that of the source. */
  readonly calibratedPrior: number;
  readonly sourcePrior: number;
  /** At the source's share of positives, of a head that was calibrated elsewhere for another one. */
  readonly calibrationErrorUnderShift: number;
  readonly brierSkillUnderShift: number;
}

/** What training needs besides a plan. */
export interface Material {
  readonly manifest: TrainingManifest;
  readonly rows: ReadonlyMap<string, readonly Row[]>;
  readonly features: Features;
  readonly seed: number;
}

/** Trains a head without one source and measures it on that source. */
export function leaveOneOut(
  measure: EvaluationPlan['leave_one_out'][number],
  plan: TrainedHeadPlan,
  material: Material,
): LeftOutFigures {
  const { manifest, rows, features, seed } = material;
  const own = labelled(rows.get(measure.dataset) ?? [], measure.positive, measure.negative);
  const ownTexts = new Set(own.map(({ text }) => textIdentity(text)));
  const rest = { ...plan, sources: plan.sources.filter(({ dataset }) => dataset !== measure.dataset) };
  // A text of the source may stand in another one too.
  const others = gatherExamples(rest, manifest, rows, seed).filter(
    ({ text }) => !ownTexts.has(textIdentity(text)),
  );
  const without = trainHead(rest, withoutTest(others), features, seed);
  const scored = own.map((row) => ({ ...row, score: scoreOf(without, row.text, features) }));

  const all = gatherExamples(plan, manifest, rows, seed);
  const held = new Set(all.filter(({ split }) => split === 'test').map(({ text }) => text));
  const trainedOn = new Set(all.filter(({ split }) => split !== 'test').map(({ text }) => text));
  const within = trainHead(plan, all, features, seed);
  const inSource = own
    .filter(({ text }) => held.has(text) || !trainedOn.has(text))
    .map((row) => ({ ...row, score: scoreOf(within, row.text, features) }));

  const positives = own.filter(({ positive }) => positive).length;
  const sourcePrior = positives / own.length;
  return {
    head: plan.name,
    name: measure.name,
    goal: measure.goal,
    positives,
    negatives: own.length - positives,
    auroc: auroc(scored),
    inSource: auroc(inSource),
    calibratedPrior: plan.prior,
    sourcePrior,
    calibrationErrorUnderShift: calibrationError(scored, sourcePrior),
    brierSkillUnderShift: brierSkill(scored, sourcePrior),
  };
}

/** Rows of a source with their label, repeats and contradictions left out. */
export function labelled(
  rows: readonly Row[],
  positive: Where,
  negative: Where,
): (Omit<WeightedScore, 'score'> & { readonly text: string })[] {
  const found = new Map<string, { text: string; positive: boolean; weight: number }>();
  const contradicted = new Set<string>();
  for (const row of rows) {
    const isPositive = matches(row, positive);
    if (!isPositive && !matches(row, negative)) continue;
    const identity = textIdentity(row.text);
    if (identity === '') continue;
    const held = found.get(identity);
    if (held === undefined) found.set(identity, { text: row.text, positive: isPositive, weight: 1 });
    else if (held.positive !== isPositive) contradicted.add(identity);
  }
  for (const identity of contradicted) found.delete(identity);
  return [...found.values()];
}

/** Nothing need be held back from a head that is judged on another source. */
function withoutTest(examples: readonly Example[]): Example[] {
  return examples.map((example) => (example.split === 'test' ? { ...example, split: 'train' } : example));
}
