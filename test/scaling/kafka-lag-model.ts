/** What a trigger of type kafka says, as far as the model knows it. */
export interface KafkaTrigger {
  readonly lagThreshold: number;
  readonly activationLagThreshold: number;
  readonly allowIdleConsumers: boolean;
  readonly ensureEvenDistributionOfPartitions: boolean;
}

export interface LagAnswer {
  /** Metric for the HorizontalPodAutoscaler: records that wait, bounded as the trigger says. */
  readonly lag: number;
  /** Whether there is work: decides between zero and one replica. */
  readonly active: boolean;
}

/**
 * A MODEL of KEDA's Kafka scaler (keda.sh, "Apache Kafka"): from each partition's lag to the metric. Used where the
 * scaler itself cannot be built, and held against it where it can.
 */
export function kafkaLag(trigger: KafkaTrigger, lags: readonly number[]): LagAnswer {
  const { lagThreshold, activationLagThreshold, allowIdleConsumers, ensureEvenDistributionOfPartitions } =
    trigger;
  const total = lags.reduce((sum, lag) => sum + lag, 0);
  const active = total > activationLagThreshold;
  let lag = total;
  if (ensureEvenDistributionOfPartitions) {
    const factors = lags.map((_, index) => index + 1).filter((factor) => lags.length % factor === 0);
    lag = (factors.find((factor) => factor * lagThreshold >= total) ?? lags.length) * lagThreshold;
  }
  // Consumers beyond the partitions would have nothing to read.
  if (!allowIdleConsumers || ensureEvenDistributionOfPartitions)
    lag = Math.min(lag, capOf(lag, lags.length, lagThreshold));
  return { lag, active };
}

function capOf(lag: number, partitions: number, threshold: number): number {
  return Math.floor(lag / threshold) > partitions ? partitions * threshold : lag;
}
