/** Writes the gradient at `x` and answers the value. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** True where the gradient's largest component fell below the tolerance. */
  readonly converged: boolean;
}

const MEMORY = 10;
const SUFFICIENT_DECREASE = 1e-4;
const MAX_HALVINGS = 40;

/**
 * L-BFGS with backtracking (Nocedal and Wright, Numerical Optimization, 2nd ed., algorithms 7.4 and 3.1), for smooth convex
 * objectives. Deterministic: no random start, a fixed order of sums.
 */
export function minimise(
  objective: Objective,
  start: Float64Array,
  options: { readonly maxIterations: number; readonly tolerance: number },
): Minimum {
  let x = Float64Array.from(start);
  let gradient = new Float64Array(x.length);
  let value = objective(x, gradient);
  const steps: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  for (let iteration = 0; iteration < options.maxIterations; iteration += 1) {
    if (largest(gradient) < options.tolerance) return { x, value, iterations: iteration, converged: true };
    const direction = twoLoop(gradient, steps);
    const slope = dot(direction, gradient);
    let step = iteration === 0 ? Math.min(1, 1 / largest(gradient)) : 1;
    const nextGradient = new Float64Array(x.length);
    let next = x;
    let nextValue = value;
    let found = false;
    for (let halving = 0; halving < MAX_HALVINGS && !found; halving += 1) {
      const at = step;
      next = x.map((xi, i) => xi + at * (direction[i] as number));
      nextValue = objective(next, nextGradient);
      found = nextValue <= value + SUFFICIENT_DECREASE * step * slope;
      if (!found) step /= 2;
    }
    if (!found) return { x, value, iterations: iteration, converged: false };
    const s = next.map((xi, i) => xi - (x[i] as number));
    const y = nextGradient.map((gi, i) => gi - (gradient[i] as number));
    const sy = dot(s, y);
    if (sy > 1e-12) {
      steps.push({ s, y, rho: 1 / sy });
      if (steps.length > MEMORY) steps.shift();
    }
    x = next;
    value = nextValue;
    gradient = nextGradient;
  }
  return { x, value, iterations: options.maxIterations, converged: false };
}

/** The quasi-Newton direction: minus the approximate inverse Hessian times the gradient. */
function twoLoop(
  gradient: Float64Array,
  steps: readonly { s: Float64Array; y: Float64Array; rho: number }[],
): Float64Array {
  const q = Float64Array.from(gradient);
  const alphas: number[] = [];
  for (const { s, y, rho } of [...steps].reverse()) {
    const alpha = rho * dot(s, q);
    alphas.unshift(alpha);
    for (let i = 0; i < q.length; i += 1) q[i] = (q[i] as number) - alpha * (y[i] as number);
  }
  const last = steps.at(-1);
  const scale = last === undefined ? 1 : dot(last.s, last.y) / dot(last.y, last.y);
  for (let i = 0; i < q.length; i += 1) q[i] = (q[i] as number) * scale;
  steps.forEach(({ s, y, rho }, k) => {
    const beta = rho * dot(y, q);
    const change = (alphas[k] ?? 0) - beta;
    for (let i = 0; i < q.length; i += 1) q[i] = (q[i] as number) + change * (s[i] as number);
  });
  return q.map((qi) => -qi);
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i += 1) total += (a[i] as number) * (b[i] as number);
  return total;
}

function largest(vector: Float64Array): number {
  let most = 0;
  for (const value of vector) most = Math.max(most, Math.abs(value));
  return most;
}
