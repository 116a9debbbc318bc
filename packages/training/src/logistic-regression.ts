import { minimise } from './lbfgs.js';

/** Rows of one matrix, all of the same length. */
export interface Sample {
  readonly features: Float32Array;
  readonly positive: boolean;
  /** Relative to the other samples of its class. */
  readonly weight: number;
}

export interface LinearModel {
  readonly weights: Float64Array;
  readonly bias: number;
}

/**
 * Logistic regression with an L2 penalty: the mean of -ln p(label), weighted so that both classes weigh the same, plus
 * l2 / 2 |w|^2; the bias is not penalised. Solved in double precision from zero by L-BFGS, so the same samples in the same
 * order give the same weights.
 */
export function fitLogisticRegression(samples: readonly Sample[], l2: number): LinearModel {
  const dimension = samples[0]?.features.length ?? 0;
  const weights = balancedWeights(samples);
  const objective = (x: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    let loss = 0;
    let biasGradient = 0;
    for (let i = 0; i < samples.length; i += 1) {
      const sample = samples[i];
      if (sample === undefined) continue;
      const { features } = sample;
      let z = x[dimension] ?? 0;
      for (let j = 0; j < dimension; j += 1) z += (x[j] as number) * (features[j] as number);
      const signed = sample.positive ? z : -z;
      const weight = weights[i] as number;
      loss += weight * softplus(-signed);
      const slope = (sample.positive ? -weight : weight) / (1 + Math.exp(signed));
      for (let j = 0; j < dimension; j += 1)
        gradient[j] = (gradient[j] as number) + slope * (features[j] as number);
      biasGradient += slope;
    }
    for (let j = 0; j < dimension; j += 1) {
      loss += (l2 / 2) * (x[j] as number) ** 2;
      gradient[j] = (gradient[j] as number) + l2 * (x[j] as number);
    }
    gradient[dimension] = biasGradient;
    return loss;
  };
  const { x } = minimise(objective, new Float64Array(dimension + 1), { maxIterations: 500, tolerance: 1e-7 });
  return { weights: x.slice(0, dimension), bias: x[dimension] ?? 0 };
}

/** Scales each class to a mass of 1/2. */
export function balancedWeights(samples: readonly Sample[]): Float64Array {
  let positive = 0;
  let negative = 0;
  for (const sample of samples) {
    if (sample.positive) positive += sample.weight;
    else negative += sample.weight;
  }
  return Float64Array.from(
    samples,
    (sample) => sample.weight / (2 * (sample.positive ? positive : negative)),
  );
}

/** ln(1 + e^x) without overflow. */
export function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}
