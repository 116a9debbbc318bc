import { sha256Hex } from '@tercet/policy';
import type { MlpModel } from './head-model.js';
import { minimise } from './lbfgs.js';
import { balancedWeights, type Sample, softplus } from './logistic-regression.js';

/**
 * A perceptron with one hidden layer of tanh units, fitted as logistic regression is: the mean of -ln p(label), both
 * classes of the same weight, plus l2 / 2 |weights|^2 without the biases, by L-BFGS. It starts from numbers that follow
 * from the seed, so the same samples in the same order give the same weights.
 */
export function fitMlp(samples: readonly Sample[], l2: number, hidden: number, seed: number): MlpModel {
  const inputs = samples[0]?.features.length ?? 0;
  const weights = balancedWeights(samples);
  const biases = hidden * inputs;
  const outputs = biases + hidden;
  const last = outputs + hidden;
  const activations = new Float64Array(hidden);
  const objective = (x: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    let loss = 0;
    for (let i = 0; i < samples.length; i += 1) {
      const { features, positive } = samples[i] as Sample;
      let z = x[last] as number;
      for (let unit = 0; unit < hidden; unit += 1) {
        const row = unit * inputs;
        let inner = x[biases + unit] as number;
        for (let j = 0; j < inputs; j += 1) inner += (x[row + j] as number) * (features[j] as number);
        const activation = Math.tanh(inner);
        activations[unit] = activation;
        z += (x[outputs + unit] as number) * activation;
      }
      const signed = positive ? z : -z;
      const weight = weights[i] as number;
      loss += weight * softplus(-signed);
      const slope = (positive ? -weight : weight) / (1 + Math.exp(signed));
      gradient[last] = (gradient[last] as number) + slope;
      for (let unit = 0; unit < hidden; unit += 1) {
        const activation = activations[unit] as number;
        gradient[outputs + unit] = (gradient[outputs + unit] as number) + slope * activation;
        const inner = slope * (x[outputs + unit] as number) * (1 - activation * activation);
        gradient[biases + unit] = (gradient[biases + unit] as number) + inner;
        const row = unit * inputs;
        for (let j = 0; j < inputs; j += 1)
          gradient[row + j] = (gradient[row + j] as number) + inner * (features[j] as number);
      }
    }
    for (let k = 0; k < last; k += 1) {
      if (k >= biases && k < outputs) continue;
      loss += (l2 / 2) * (x[k] as number) ** 2;
      gradient[k] = (gradient[k] as number) + l2 * (x[k] as number);
    }
    return loss;
  };
  const start = new Float64Array(last + 1);
  const next = generator(seed);
  for (let k = 0; k < biases; k += 1) start[k] = (next() - 0.5) * 0.5;
  for (let k = outputs; k < last; k += 1) start[k] = next() - 0.5;
  const { x } = minimise(objective, start, { maxIterations: 150, tolerance: 1e-6 });
  return {
    hiddenWeights: x.slice(0, biases),
    hiddenBias: x.slice(biases, outputs),
    output: x.slice(outputs, last),
    bias: x[last] as number,
  };
}

/** Numbers in [0, 1): a linear congruential generator (Numerical Recipes) whose state is hashed from the seed. */
function generator(seed: number): () => number {
  let state = Number.parseInt(sha256Hex(`mlp\n${seed}`).slice(0, 8), 16);
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
