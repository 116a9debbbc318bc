import { describe, expect, it } from 'vitest';
import { desiredReplicas } from './horizontal-pod-autoscaler.js';
import { type KafkaTrigger, kafkaLag } from './kafka-lag-model.js';

const plain: KafkaTrigger = {
  lagThreshold: 10,
  activationLagThreshold: 0,
  allowIdleConsumers: false,
  ensureEvenDistributionOfPartitions: false,
};
const twelve = (total: number): number[] =>
  Array.from({ length: 12 }, (_, index) => (index === 0 ? total : 0));

// keda.sh, "Apache Kafka": thresholds, and the notice on partitions.
describe('KEDA', () => {
  it('asks for a replica per lagThreshold, and never for more than there are partitions', () => {
    const replicas = (total: number, trigger = plain) =>
      desiredReplicas(1, kafkaLag(trigger, twelve(total)).lag, trigger.lagThreshold);
    expect([25, 50, 120, 5000].map((total) => replicas(total))).toEqual([3, 5, 12, 12]);
    expect(replicas(5000, { ...plain, allowIdleConsumers: true })).toBe(500);
  });

  it('is active above the activation threshold, not at it', () => {
    const trigger = { ...plain, activationLagThreshold: 3 };
    expect([0, 3, 4].map((total) => kafkaLag(trigger, twelve(total)).active)).toEqual([false, false, true]);
  });

  it('with an even distribution asks for a divisor of the partitions', () => {
    const trigger = { ...plain, ensureEvenDistributionOfPartitions: true };
    const counts = [0, 10, 25, 41, 65, 5000].map((total) => kafkaLag(trigger, twelve(total)).lag / 10);
    expect(counts).toEqual([1, 1, 3, 6, 12, 12]);
  });
});
