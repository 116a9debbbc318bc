import { sha256Hex } from '@tercet/policy';
import { textIdentity } from '../dataset.js';
import { gatherExamples } from '../examples.js';
import { scoreOf, trainHead } from '../fit-head.js';
import type { TrainedHeadPlan } from '../manifest.js';
import { auroc } from '../metrics.js';
import type { EvaluationPlan } from './evaluation-plan.js';
import { labelled, type Material } from './leave-one-out.js';

export interface FoldFigures {
  readonly head: string;
  readonly name: string;
  readonly positives: number;
  readonly negatives: number;
  /** AUROC of each fold. */
  readonly aurocs: readonly number[];
}

/** Cuts positives and register negatives into folds; each is scored by a head that saw the others and the rest of the plan. */
export function crossValidate(
  measure: EvaluationPlan['folds'][number],
  plan: TrainedHeadPlan,
  { manifest, rows, features, seed }: Material,
): FoldFigures {
  const of = (sides: typeof measure.positive, positive: boolean) =>
    sides
      .flatMap(({ dataset, where }) =>
        labelled(rows.get(dataset) ?? [], where, {}).filter((row) => row.positive),
      )
      .map((row) => ({ ...row, positive }));
  const judged = new Map(
    [...of(measure.positive, true), ...of(measure.negative, false)].map((row) => [
      textIdentity(row.text),
      row,
    ]),
  );
  const foldOf = (text: string) =>
    Number.parseInt(sha256Hex(`${seed} fold\n${textIdentity(text)}`).slice(0, 8), 16) % measure.folds;
  const examples = gatherExamples(plan, manifest, rows, seed);
  const aurocs = Array.from({ length: measure.folds }, (_, fold) => {
    const seen = examples
      .filter(({ text }) => !(judged.has(textIdentity(text)) && foldOf(text) === fold))
      .map((example) => (example.split === 'test' ? { ...example, split: 'train' as const } : example));
    const head = trainHead(plan, seen, features, seed);
    const scored = [...judged.values()]
      .filter(({ text }) => foldOf(text) === fold)
      .map((row) => ({ ...row, score: scoreOf(head, row.text, features) }));
    return auroc(scored);
  });
  const positives = [...judged.values()].filter(({ positive }) => positive).length;
  return { head: plan.name, name: measure.name, positives, negatives: judged.size - positives, aurocs };
}
