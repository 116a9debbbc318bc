import { readFileSync } from 'node:fs';
import { deployments, environmentOf, type Manifest, ofKind } from '../render/manifest.js';
import { goModule } from '../render/tools.js';
import { CRD_MODULES } from '../schema/schemas.js';
import { ENCODER_NAMES, type EncoderName, partitionsOf, topicOf } from './code.js';
import type { Rule } from './rule.js';

const SLOWEST_WINDOW_SECONDS = 300;
const SHORTEST_STEP_SECONDS = 60;
const FIXED = {
  intake: 'items',
  fusion: 'embeddings',
  gateway: 'decisions',
  dashboard: 'decisions',
} as const;

/** Keys that KEDA's Kafka scaler reads of a trigger; the CRD takes any. */
function triggerKeys(): Set<string> {
  const [keda] = CRD_MODULES;
  const source = readFileSync(`${goModule(keda.path, keda.version)}/pkg/scalers/kafka_scaler.go`, 'utf8');
  const names = [...source.matchAll(/keda:"name=(\w+)/g)].map(([, name]) => name ?? '');
  return new Set(names.flatMap((name) => [name, `${name}FromEnv`]));
}

function targets(manifests: readonly Manifest[]): Map<string, Manifest> {
  return new Map(ofKind(manifests, 'ScaledObject').map((one) => [one.spec.scaleTargetRef.name, one]));
}

export const ownLag: Rule = {
  name: 'own-lag',
  check(manifests) {
    const keys = triggerKeys();
    const scaled = targets(manifests);
    const found: string[] = [];
    for (const [target, { spec }] of scaled) {
      const deployment = deployments(manifests).find(({ name }) => name === target);
      if (!deployment || !(ENCODER_NAMES as string[]).includes(target)) {
        found.push(`${target} is scaled and is no encoder`);
        continue;
      }
      const env = environmentOf(deployment.main, manifests);
      const prefix = env.get('TERCET_TOPIC_PREFIX') ?? '';
      const [trigger, ...more] = spec.triggers;
      if (trigger?.type !== 'kafka' || more.length > 0) {
        found.push(`${target} scales on something else than one topic's lag`);
        continue;
      }
      const { metadata } = trigger;
      for (const key of Object.keys(metadata))
        if (!keys.has(key)) found.push(`${target}: KEDA's Kafka scaler knows no ${key}`);
      const topic = `${prefix}${topicOf(target as EncoderName)}`;
      if (metadata.topic !== topic) found.push(`${target} scales on ${metadata.topic}, and reads ${topic}`);
      if (metadata.consumerGroup !== `${prefix}${target}`)
        found.push(`${target} scales on the group ${metadata.consumerGroup}, and is in ${prefix}${target}`);
      if (!env.get(metadata.bootstrapServersFromEnv)) found.push(`${target}: KEDA is told no brokers`);
      if (spec.scaleTargetRef.envSourceContainerName !== deployment.main.name)
        found.push(`${target}: KEDA reads the environment of another container`);
      if (env.get('TERCET_KAFKA_TLS') === 'true' && (metadata.tls !== 'enable' || !trigger.authenticationRef))
        found.push(`${target}: KEDA is given no way into a Kafka that asks for TLS and a login`);
      if (metadata.offsetResetPolicy !== 'earliest')
        found.push(
          `${target}: without a committed offset the encoder reads from the start, and KEDA counts from the end`,
        );
    }
    return found;
  },
};

export const replicas: Rule = {
  name: 'replicas',
  check(manifests) {
    const scaled = targets(manifests);
    return deployments(manifests).flatMap(({ name, manifest }) => {
      const count: number | undefined = manifest.spec.replicas;
      if ((ENCODER_NAMES as string[]).includes(name)) {
        const spec = scaled.get(name)?.spec;
        if (!spec) return [`${name} is not scaled`];
        const partitions = partitionsOf(topicOf(name as EncoderName));
        const found: string[] = [];
        if (count !== undefined) found.push(`${name}: every apply would set its scale back to ${count}`);
        if (spec.maxReplicaCount > partitions || partitions % spec.maxReplicaCount !== 0)
          found.push(`${name}: ${spec.maxReplicaCount} replicas do not divide ${partitions} partitions`);
        if (spec.minReplicaCount === undefined || spec.minReplicaCount > spec.maxReplicaCount)
          found.push(`${name}: no minimum, or one above its maximum`);
        if (spec.triggers[0]?.metadata.ensureEvenDistributionOfPartitions !== 'true')
          found.push(`${name}: replica counts may not divide the partitions`);
        return found;
      }
      const topic = FIXED[name as keyof typeof FIXED];
      const partitions = topic === undefined ? 0 : partitionsOf(topic);
      if (count === undefined || count < 2) return [`${name} has fewer than 2 replicas`];
      if (scaled.has(name)) return [`${name} must not be scaled`];
      return partitions % count === 0
        ? []
        : [`${name}: ${count} replicas do not divide ${partitions} partitions`];
    });
  },
};

export const slowDown: Rule = {
  name: 'slow-down',
  check: (manifests) =>
    [...targets(manifests)].flatMap(([name, { spec }]) => {
      const { scaleUp, scaleDown } = spec.advanced?.horizontalPodAutoscalerConfig?.behavior ?? {};
      const found: string[] = [];
      if (!((scaleDown?.stabilizationWindowSeconds ?? 0) >= SLOWEST_WINDOW_SECONDS))
        found.push(`${name} scales down after less than ${SLOWEST_WINDOW_SECONDS} s`);
      const steps: { value: number; periodSeconds: number }[] = scaleDown?.policies ?? [];
      if (
        steps.length === 0 ||
        steps.some(({ value, periodSeconds }) => value > 1 || periodSeconds < SHORTEST_STEP_SECONDS)
      )
        found.push(`${name} may lose more than one pod a minute`);
      if (!(scaleUp?.stabilizationWindowSeconds === 0)) found.push(`${name} waits before it scales up`);
      if (!(spec.cooldownPeriod >= SLOWEST_WINDOW_SECONDS)) found.push(`${name} goes to zero too soon`);
      if (spec.fallback?.behavior !== 'currentReplicasIfHigher')
        found.push(`${name} loses its pods when Kafka does not answer`);
      return found;
    }),
};
