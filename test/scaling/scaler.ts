import { HorizontalPodAutoscalerModel } from './horizontal-pod-autoscaler.js';
import type { LagAnswer } from './kafka-lag-model.js';
import type { ScaledObjectSettings } from './scaled-object.js';

/**
 * A MODEL of what KEDA's operator and a HorizontalPodAutoscaler do together: between none and one replica the operator
 * by activity and cool-down, from one replica on the autoscaler by the lag.
 */
export class ScalerModel {
  readonly #hpa: HorizontalPodAutoscalerModel;
  #lastActiveSeconds = 0;

  constructor(readonly settings: ScaledObjectSettings) {
    this.#hpa = new HorizontalPodAutoscalerModel(settings.hpa);
  }

  /** Replicas to have from now on. */
  next(nowSeconds: number, current: number, { lag, active }: LagAnswer): number {
    const { minReplicas, cooldownSeconds, trigger } = this.settings;
    if (active) this.#lastActiveSeconds = nowSeconds;
    if (current === 0) return active ? Math.max(1, minReplicas) : 0;
    if (minReplicas === 0 && !active && nowSeconds - this.#lastActiveSeconds >= cooldownSeconds) return 0;
    return this.#hpa.sync(nowSeconds, current, lag, trigger.lagThreshold);
  }
}
