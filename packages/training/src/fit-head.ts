import { sigmoid } from '@tercet/policy';
import type { Example, SplitName } from './examples.js';
import type { Features } from './features.js';
import { fitMlp } from './fit-mlp.js';
import { type HeadModel, headOutput } from './head-model.js';
import { fitIsotonic } from './isotonic.js';
import { fitLogisticRegression } from './logistic-regression.js';
import type { TrainedHeadPlan } from './manifest.js';
import {
  auroc,
  averagePrecision,
  brierSkill,
  calibrationError,
  shareAtLeast,
  type WeightedScore,
} from './metrics.js';
import { type Calibration, fitPlatt } from './platt.js';

/** Scores at which shares are reported. */
export const REPORTED_THRESHOLDS = [0.2, 0.3, 0.4, 0.5, 0.7, 0.85] as const;

/** Figures of one source in the test split. */
export interface SourceFigures {
  readonly source: string;
  readonly rows: number;
  /** Share of rows at or above each of {@link REPORTED_THRESHOLDS}. */
  readonly shares: readonly number[];
}

/** How far scores are from shares, on rows weighted as those that they were calibrated on. */
export interface CalibrationFigures {
  readonly error: number;
  readonly brierSkill: number;
}

/** What a head did on texts that it was neither trained nor calibrated on. */
export interface HeadFigures {
  readonly rows: Readonly<Record<SplitName, { readonly positive: number; readonly negative: number }>>;
  /** NaN where the reported rows hold no positives; so are those that follow. */
  readonly auroc: number;
  readonly averagePrecision: number;
  /** Share of positives in the test split, beside which the average precision is read. */
  readonly testPrior: number;
  readonly positives: number;
  readonly platt: CalibrationFigures;
  /** What isotonic regression would have given on the same rows. */
  readonly isotonic: CalibrationFigures;
  readonly sources: readonly SourceFigures[];
}

export interface FittedHead {
  readonly plan: TrainedHeadPlan;
  readonly model: HeadModel;
  readonly calibration: Calibration;
  readonly figures: HeadFigures;
}

/** Trains and calibrates a head on its two splits. */
export function trainHead(
  plan: TrainedHeadPlan,
  examples: readonly Example[],
  features: Features,
  seed: number,
): Pick<FittedHead, 'plan' | 'model' | 'calibration'> {
  const samples = inSplit(examples, 'train').map(({ text, positive, weight }) => ({
    features: features.of(text, plan),
    positive,
    weight,
  }));
  const model =
    plan.hidden === 0 ? fitLogisticRegression(samples, plan.l2) : fitMlp(samples, plan.l2, plan.hidden, seed);
  const outputs = rawOutputs(plan, model, inSplit(examples, 'calibration'), features);
  return {
    plan,
    model,
    calibration: fitPlatt(
      outputs.map((row) => ({ ...row, z: row.score })),
      plan.prior,
    ),
  };
}

/** Calibrated score of a text. */
export function scoreOf(
  head: Pick<FittedHead, 'plan' | 'model' | 'calibration'>,
  text: string,
  features: Features,
): number {
  const { plan, model, calibration } = head;
  return sigmoid(calibration.scale * headOutput(model, features.of(text, plan)) + calibration.offset);
}

/** Trains, calibrates and measures one head, each on its own split. */
export function fitHead(
  plan: TrainedHeadPlan,
  examples: readonly Example[],
  features: Features,
  seed: number,
): FittedHead {
  const head = trainHead(plan, examples, features, seed);
  const raw = rawOutputs(plan, head.model, inSplit(examples, 'calibration'), features);
  const isotonic = fitIsotonic(raw, plan.prior);
  const reported = inSplit(examples, 'test').filter((example) => example.reported);
  const scored = reported.map((example) => ({ ...example, score: scoreOf(head, example.text, features) }));
  const stepped = rawOutputs(plan, head.model, reported, features).map((row) => ({
    ...row,
    score: isotonic(row.score),
  }));
  const calibrated = (rows: readonly WeightedScore[]) => ({
    error: calibrationError(rows, plan.prior),
    brierSkill: brierSkill(rows, plan.prior),
  });
  const count = (split: SplitName) => ({
    positive: inSplit(examples, split).filter(({ positive }) => positive).length,
    negative: inSplit(examples, split).filter(({ positive }) => !positive).length,
  });
  const positives = scored.filter(({ positive }) => positive).length;
  return {
    ...head,
    figures: {
      rows: { train: count('train'), calibration: count('calibration'), test: count('test') },
      auroc: auroc(scored),
      averagePrecision: averagePrecision(scored),
      testPrior: positives / scored.length,
      positives,
      platt: calibrated(scored),
      isotonic: calibrated(stepped),
      sources: [...new Set(scored.map(({ source }) => source))].sort().map((source) => {
        const rows = scored.filter((row) => row.source === source);
        return { source, rows: rows.length, shares: sharesOf(rows) };
      }),
    },
  };
}

/** Share of rows at or above each of {@link REPORTED_THRESHOLDS}. */
export function sharesOf(rows: readonly Pick<WeightedScore, 'score' | 'positive'>[]): number[] {
  return REPORTED_THRESHOLDS.map((threshold) => shareAtLeast(rows, threshold));
}

function inSplit(examples: readonly Example[], name: SplitName): Example[] {
  return examples.filter(({ split }) => split === name);
}

function rawOutputs(
  plan: TrainedHeadPlan,
  model: HeadModel,
  examples: readonly Example[],
  features: Features,
): WeightedScore[] {
  return examples.map(({ text, positive, weight }) => ({
    score: headOutput(model, features.of(text, plan)),
    positive,
    weight,
  }));
}
