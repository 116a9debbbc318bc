import type { Manifest } from '../k8s/render/manifest.js';
import type { HpaSettings, ScalingRules } from './horizontal-pod-autoscaler.js';
import type { KafkaTrigger } from './kafka-lag-model.js';

/** What a rendered ScaledObject says; nothing is filled in that it does not say. */
export interface ScaledObjectSettings {
  readonly target: string;
  readonly pollingIntervalSeconds: number;
  readonly cooldownSeconds: number;
  readonly minReplicas: number;
  readonly hpa: HpaSettings;
  readonly trigger: KafkaTrigger;
  /** As it stands, for KEDA itself. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** @throws Error naming what a ScaledObject leaves out. */
export function readScaledObject({ metadata: { name }, spec }: Manifest): ScaledObjectSettings {
  const need = <T>(what: string, value: T | undefined): T => {
    if (value === undefined) throw new Error(`ScaledObject ${name} says no ${what}`);
    return value;
  };
  const behaviour = need('behavior', spec.advanced?.horizontalPodAutoscalerConfig?.behavior);
  const rules = (direction: 'scaleUp' | 'scaleDown'): ScalingRules => {
    const given = need(direction, behaviour[direction]);
    return {
      stabilizationWindowSeconds: need('stabilizationWindowSeconds', given.stabilizationWindowSeconds),
      selectPolicy: need('selectPolicy', given.selectPolicy),
      policies: need('policies', given.policies),
    };
  };
  // How Kafka is reached is the deployment's: the tests' broker has neither TLS nor logins.
  const {
    tls: _,
    sasl: __,
    ...metadata
  }: Record<string, string> = need('trigger', spec.triggers?.[0]?.metadata);
  const minReplicas: number = need('minReplicaCount', spec.minReplicaCount);
  return {
    target: need('target', spec.scaleTargetRef?.name),
    pollingIntervalSeconds: need('pollingInterval', spec.pollingInterval),
    cooldownSeconds: need('cooldownPeriod', spec.cooldownPeriod),
    minReplicas,
    hpa: {
      // KEDA itself goes between none and one.
      minReplicas: Math.max(1, minReplicas),
      maxReplicas: need('maxReplicaCount', spec.maxReplicaCount),
      scaleUp: rules('scaleUp'),
      scaleDown: rules('scaleDown'),
    },
    trigger: {
      lagThreshold: Number(need('lagThreshold', metadata['lagThreshold'])),
      activationLagThreshold: Number(need('activationLagThreshold', metadata['activationLagThreshold'])),
      allowIdleConsumers: metadata['allowIdleConsumers'] === 'true',
      ensureEvenDistributionOfPartitions: metadata['ensureEvenDistributionOfPartitions'] === 'true',
    },
    metadata,
  };
}
