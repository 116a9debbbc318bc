import type { LinearModel } from './logistic-regression.js';

/** One hidden layer of tanh units: z = output tanh(W x + hiddenBias) + bias. */
export interface MlpModel {
  /** W, row by row: one row of inputs per hidden unit. */
  readonly hiddenWeights: Float64Array;
  readonly hiddenBias: Float64Array;
  readonly output: Float64Array;
  readonly bias: number;
}

export type HeadModel = LinearModel | MlpModel;

/** Log-odds before calibration. */
export function headOutput(model: HeadModel, features: Float32Array): number {
  if ('weights' in model) return model.bias + product(model.weights, 0, features);
  const inputs = features.length;
  let z = model.bias;
  for (let unit = 0; unit < model.output.length; unit += 1)
    z +=
      (model.output[unit] as number) *
      Math.tanh((model.hiddenBias[unit] as number) + product(model.hiddenWeights, unit * inputs, features));
  return z;
}

/** Weights in the order of a head set's weights file. */
export function weightsOf(model: HeadModel): Iterable<number> {
  if ('weights' in model) return model.weights;
  return [...model.hiddenWeights, ...model.hiddenBias, ...model.output];
}

function product(weights: Float64Array, from: number, features: Float32Array): number {
  let sum = 0;
  for (let j = 0; j < features.length; j += 1) sum += (weights[from + j] as number) * (features[j] as number);
  return sum;
}
