import type { LagAnswer } from './kafka-lag-model.js';
import type { ReplicaSet } from './replica-set.js';
import type { ScaledObjectSettings } from './scaled-object.js';
import { ScalerModel } from './scaler.js';

/** One change of a replica count. */
export interface Change {
  readonly atSeconds: number;
  readonly from: number;
  readonly to: number;
}

export interface Reading {
  readonly atSeconds: number;
  readonly lag: number;
}

/** One encoder under the scaler's rule: asks for its lag, and starts and drains processes. */
export class Autoscaler {
  readonly changes: Change[] = [];
  readonly readings: Reading[] = [];
  readonly #model: ScalerModel;

  constructor(
    readonly settings: ScaledObjectSettings,
    readonly replicas: ReplicaSet,
    private readonly readLag: () => Promise<LagAnswer>,
  ) {
    this.#model = new ScalerModel(settings);
  }

  async tick(atSeconds: number): Promise<void> {
    const answer = await this.readLag();
    this.readings.push({ atSeconds, lag: answer.lag });
    const from = this.replicas.count;
    const to = this.#model.next(atSeconds, from, answer);
    if (to === from) return;
    this.changes.push({ atSeconds, from, to });
    await this.replicas.scaleTo(to);
  }

  get peak(): number {
    return Math.max(1, ...this.changes.map(({ to }) => to));
  }
}
