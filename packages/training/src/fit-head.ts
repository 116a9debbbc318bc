import { sigmoid } from '@tercet/policy';
import type { Example, SplitName } from './examples.js';
import { fitLogisticRegression, type LinearModel, linearOutput } from './logistic-regression.js';
import type { LinearHeadPlan } from './manifest.js';
import { auroc, averagePrecision, calibrationError, type Scored, shareAtLeast } from './metrics.js';
import { type Calibration, fitPlatt } from './platt.js';

/** Scores at which shares are reported. */
export const REPORTED_THRESHOLDS = [0.3, 0.5, 0.7, 0.85] as const;

/** Figures of one source in the test split. */
export interface SourceFigures {
  readonly source: string;
  readonly rows: number;
  /** Share of rows at or above each of {@link REPORTED_THRESHOLDS}. */
  readonly shares: readonly number[];
}

/** What a head did on texts that it was neither trained nor calibrated on. */
export interface HeadFigures {
  readonly rows: Readonly<Record<SplitName, { readonly positive: number; readonly negative: number }>>;
  /** NaN where the reported rows hold no positives; so are the next three. */
  readonly auroc: number;
  readonly averagePrecision: number;
  /** Share of positives in the test split, beside which the average precision is read. */
  readonly testPrior: number;
  readonly calibrationError: number;
  readonly sources: readonly SourceFigures[];
}

export interface FittedHead {
  readonly plan: LinearHeadPlan;
  readonly model: LinearModel;
  readonly calibration: Calibration;
  readonly figures: HeadFigures;
}

/** Trains, calibrates and measures one head, each on its own split. */
export function fitHead(
  plan: LinearHeadPlan,
  examples: readonly Example[],
  vectors: ReadonlyMap<string, Float32Array>,
): FittedHead {
  const features = (example: Example): Float32Array => {
    const vector = vectors.get(example.text);
    if (vector === undefined) throw new RangeError('a text was not embedded');
    return vector;
  };
  const split = (name: SplitName) => examples.filter((example) => example.split === name);
  const model = fitLogisticRegression(
    split('train').map((example) => ({
      features: features(example),
      positive: example.positive,
      weight: example.weight,
    })),
    plan.l2,
  );
  const calibration = fitPlatt(
    split('calibration').map((example) => ({
      z: linearOutput(model, features(example)),
      positive: example.positive,
      weight: example.weight,
    })),
    plan.prior,
  );
  const reported = split('test').filter((example) => example.reported);
  const scored = reported.map((example) => ({
    source: example.source,
    positive: example.positive,
    score: sigmoid(calibration.scale * linearOutput(model, features(example)) + calibration.offset),
  }));
  return { plan, model, calibration, figures: figuresOf(examples, scored, plan.prior) };
}

function figuresOf(
  examples: readonly Example[],
  scored: readonly (Scored & { readonly source: string })[],
  prior: number,
): HeadFigures {
  const count = (split: SplitName) => ({
    positive: examples.filter((example) => example.split === split && example.positive).length,
    negative: examples.filter((example) => example.split === split && !example.positive).length,
  });
  const sources = [...new Set(scored.map(({ source }) => source))].sort();
  return {
    rows: { train: count('train'), calibration: count('calibration'), test: count('test') },
    auroc: auroc(scored),
    averagePrecision: averagePrecision(scored),
    testPrior: scored.filter(({ positive }) => positive).length / scored.length,
    calibrationError: calibrationError(scored, prior),
    sources: sources.map((source) => {
      const rows = scored.filter((row) => row.source === source);
      return {
        source,
        rows: rows.length,
        shares: REPORTED_THRESHOLDS.map((threshold) => shareAtLeast(rows, threshold)),
      };
    }),
  };
}
