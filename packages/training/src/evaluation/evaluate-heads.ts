import { readTrainingManifest } from '../dataset-files.js';
import { gatherExamples } from '../examples.js';
import { Features } from '../features.js';
import { type FittedHead, fitHead } from '../fit-head.js';
import { defaultVectorCache, openLockedEmbedder } from '../locked-models.js';
import type { TrainedHeadPlan } from '../manifest.js';
import { readAll, type TrainOptions } from '../train-heads.js';
import { TrainingError } from '../training-error.js';
import { embedCached } from '../vector-cache-file.js';
import { readEvaluationPlan } from './evaluation-plan.js';
import { crossValidate, type FoldFigures } from './folds.js';
import { judgeLanguages, type LanguageFigures, type LanguageSentence } from './languages.js';
import { type LeftOutFigures, leaveOneOut } from './leave-one-out.js';

export interface HeadsEvaluation {
  readonly heads: readonly FittedHead[];
  readonly leftOut: readonly LeftOutFigures[];
  readonly folds: readonly FoldFigures[];
  readonly languages: readonly LanguageFigures[];
}

export interface EvaluateOptions
  extends Pick<TrainOptions, 'manifest' | 'seed' | 'dataRoot' | 'cache' | 'openEmbedder' | 'onProgress'> {
  /** For instance models/training/evaluation.yaml. */
  readonly plan: string;
  /** What each head is judged on beyond English, and the lowest threshold of each category. */
  readonly languages?: {
    readonly sentences: readonly LanguageSentence[];
    readonly thresholds: Readonly<Record<string, number>>;
  };
}

/**
 * Measures what a training manifest gives: each head on its own test split, without each source in turn, and in folds. It
 * writes nothing.
 * @throws TrainingError where a manifest, a plan or the data is not as it must be.
 */
export async function evaluateHeads(options: EvaluateOptions): Promise<HeadsEvaluation> {
  const { seed, onProgress, openEmbedder = openLockedEmbedder, cache = defaultVectorCache() } = options;
  const manifest = await readTrainingManifest(options.manifest);
  const measures = await readEvaluationPlan(options.plan);
  const rows = await readAll(manifest, options);
  const embedder = await openEmbedder(manifest.encoder);
  const { sentences, thresholds } = options.languages ?? { sentences: [], thresholds: {} };
  const texts = [...[...rows.values()].flat(), ...sentences].map(({ text }) => text);
  const vectors = await embedCached(embedder, texts, cache, (done, total) =>
    onProgress(`embedded ${done} of ${total} new texts`),
  );
  const features = new Features(vectors);
  const material = { manifest, rows, features, seed };
  const plansOf = (name: string): TrainedHeadPlan[] => {
    const plans = manifest.heads.filter((head) => (head.variant_of ?? head.name) === name);
    if (plans.length === 0) throw new TrainingError(`${options.plan}: no head ${name}`);
    return plans;
  };
  const heads = manifest.heads.map((plan) => {
    onProgress(plan.name);
    return fitHead(plan, gatherExamples(plan, manifest, rows, seed), features, seed);
  });
  const leftOut = measures.leave_one_out.flatMap((measure) =>
    plansOf(measure.head).map((plan) => {
      onProgress(`${plan.name} without ${measure.dataset}`);
      return leaveOneOut(measure, plan, material);
    }),
  );
  const folds = measures.folds.flatMap((measure) =>
    plansOf(measure.head).map((plan) => {
      onProgress(`${plan.name} in ${measure.folds} folds`);
      return crossValidate(measure, plan, material);
    }),
  );
  const languages = judgeLanguages(heads, sentences, thresholds, features);
  return { heads, leftOut, folds, languages };
}
