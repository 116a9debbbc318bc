import { minimise } from './lbfgs.js';

/** p = sigmoid(scale * z + offset). */
export interface Calibration {
  readonly scale: number;
  readonly offset: number;
}

/**
 * Platt scaling on held-out outputs (Platt, "Probabilistic Outputs for Support Vector Machines", 1999): minimises the
 * cross-entropy with his smoothed targets, (N+ + 1) / (N+ + 2) and 1 / (N- + 2). The classes are weighted to the share
 * `prior` of positives, so that the probability is meant for traffic with that share, not for the training mix.
 */
export function fitPlatt(
  outputs: readonly { readonly z: number; readonly positive: boolean; readonly weight: number }[],
  prior: number,
): Calibration {
  const positives = outputs.filter((output) => output.positive);
  const negatives = outputs.filter((output) => !output.positive);
  const high = (positives.length + 1) / (positives.length + 2);
  const low = 1 / (negatives.length + 2);
  const mass = (rows: typeof outputs) => rows.reduce((total, row) => total + row.weight, 0);
  const positiveMass = mass(positives);
  const negativeMass = mass(negatives);
  const { x } = minimise(
    ([scale = 0, offset = 0], gradient) => {
      gradient.fill(0);
      let loss = 0;
      for (const { z, positive, weight } of outputs) {
        const share = positive ? (prior * weight) / positiveMass : ((1 - prior) * weight) / negativeMass;
        const target = positive ? high : low;
        const logOdds = scale * z + offset;
        loss += share * (Math.max(logOdds, 0) - target * logOdds + Math.log1p(Math.exp(-Math.abs(logOdds))));
        const slope = share * (1 / (1 + Math.exp(-logOdds)) - target);
        gradient[0] = (gradient[0] ?? 0) + slope * z;
        gradient[1] = (gradient[1] ?? 0) + slope;
      }
      return loss;
    },
    Float64Array.of(1, Math.log(prior / (1 - prior))),
    { maxIterations: 200, tolerance: 1e-9 },
  );
  return { scale: x[0] ?? 1, offset: x[1] ?? 0 };
}
