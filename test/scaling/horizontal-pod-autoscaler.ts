/** One direction of `spec.behavior` of a HorizontalPodAutoscaler. Times in seconds. */
export interface ScalingRules {
  readonly stabilizationWindowSeconds: number;
  readonly selectPolicy: 'Max' | 'Min' | 'Disabled';
  readonly policies: readonly {
    readonly type: 'Pods' | 'Percent';
    readonly value: number;
    readonly periodSeconds: number;
  }[];
}

export interface HpaSettings {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly scaleUp: ScalingRules;
  readonly scaleDown: ScalingRules;
}

/** Kubernetes' defaults, where a HorizontalPodAutoscaler says nothing. */
export const DEFAULT_BEHAVIOUR = {
  scaleUp: {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [
      { type: 'Percent', value: 100, periodSeconds: 15 },
      { type: 'Pods', value: 4, periodSeconds: 15 },
    ],
  },
  scaleDown: {
    stabilizationWindowSeconds: 300,
    selectPolicy: 'Max',
    policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
  },
} as const satisfies Pick<HpaSettings, 'scaleUp' | 'scaleDown'>;

/** The controller's default: a ratio this close to 1 changes nothing. */
const TOLERANCE = 0.1;

interface Event {
  readonly atSeconds: number;
  readonly change: number;
}

/**
 * A MODEL of the HorizontalPodAutoscaler with one external metric of type AverageValue: the published algorithm
 * (kubernetes.io, "Horizontal Pod Autoscaling", algorithm details and configurable scaling behaviour), not the
 * controller's code. Every pod counts as ready, and the metric is always there.
 */
export class HorizontalPodAutoscalerModel {
  readonly #recommendations: { readonly atSeconds: number; readonly replicas: number }[] = [];
  readonly #events: Event[] = [];

  constructor(readonly settings: HpaSettings) {}

  /**
   * One round of the controller: replicas to have from now on.
   * @param metric Sum over the whole target, in the metric's unit; `target`: wanted for each pod.
   */
  sync(nowSeconds: number, current: number, metric: number, target: number): number {
    const { minReplicas, maxReplicas, scaleUp, scaleDown } = this.settings;
    const wanted = Math.min(Math.max(desiredReplicas(current, metric, target), minReplicas), maxReplicas);
    const stable = this.#stabilise(nowSeconds, current, wanted);
    let next = stable;
    if (stable > current)
      next = Math.min(stable, Math.max(current, this.#limit(nowSeconds, current, scaleUp, 1)));
    if (stable < current)
      next = Math.max(stable, Math.min(current, this.#limit(nowSeconds, current, scaleDown, -1)));
    next = Math.min(Math.max(next, minReplicas), maxReplicas);
    if (next !== current) this.#events.push({ atSeconds: nowSeconds, change: next - current });
    return next;
  }

  /** The safest of what was wanted within each direction's window. */
  #stabilise(nowSeconds: number, current: number, wanted: number): number {
    const { scaleUp, scaleDown } = this.settings;
    this.#recommendations.push({ atSeconds: nowSeconds, replicas: wanted });
    const within = (seconds: number): number[] =>
      this.#recommendations
        .filter(({ atSeconds }) => atSeconds > nowSeconds - seconds || atSeconds === nowSeconds)
        .map(({ replicas }) => replicas);
    const least = Math.min(...within(scaleUp.stabilizationWindowSeconds));
    const most = Math.max(...within(scaleDown.stabilizationWindowSeconds));
    if (current < least) return least;
    return Math.min(current, most);
  }

  /** How far the policies let the count go in one direction. */
  #limit(nowSeconds: number, current: number, rules: ScalingRules, sign: 1 | -1): number {
    if (rules.selectPolicy === 'Disabled') return current;
    const limits = rules.policies.map(({ type, value, periodSeconds }) => {
      const start = current - this.#changeSince(nowSeconds - periodSeconds);
      if (type === 'Pods') return start + sign * value;
      const share = start * (1 + (sign * value) / 100);
      return sign > 0 ? Math.ceil(share) : Math.trunc(share);
    });
    const farthest = (rules.selectPolicy === 'Max') === sign > 0;
    return farthest ? Math.max(...limits) : Math.min(...limits);
  }

  #changeSince(seconds: number): number {
    return this.#events
      .filter(({ atSeconds }) => atSeconds > seconds)
      .reduce((sum, { change }) => sum + change, 0);
  }
}

/** What one metric asks for, before windows, policies and bounds. */
export function desiredReplicas(current: number, metric: number, target: number): number {
  const ratio = metric / (target * current);
  return Math.abs(ratio - 1) <= TOLERANCE ? current : Math.ceil(metric / target);
}
