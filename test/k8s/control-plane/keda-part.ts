import type { ScalingRules } from '../../scaling/horizontal-pod-autoscaler.js';
import type { ScaledObjectSettings } from '../../scaling/scaled-object.js';

/** A ScaledObject whose windows and periods pass faster. Whole seconds: the API has no others. */
export function hastened(settings: ScaledObjectSettings, speed: number): ScaledObjectSettings {
  const shorter = (seconds: number): number => Math.ceil(seconds / speed);
  const rules = (given: ScalingRules): ScalingRules => ({
    ...given,
    stabilizationWindowSeconds: shorter(given.stabilizationWindowSeconds),
    policies: given.policies.map((one) => ({ ...one, periodSeconds: shorter(one.periodSeconds) })),
  });
  const { scaleUp, scaleDown } = settings.hpa;
  return { ...settings, hpa: { ...settings.hpa, scaleUp: rules(scaleUp), scaleDown: rules(scaleDown) } };
}

/** The HorizontalPodAutoscaler that KEDA's operator makes of a ScaledObject from one replica on. */
export function autoscalerOf(settings: ScaledObjectSettings, namespace: string): object {
  const { target, hpa, trigger, metadata } = settings;
  const { minReplicas, maxReplicas, scaleUp, scaleDown } = hpa;
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: `keda-hpa-${target}`, namespace },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target },
      minReplicas,
      maxReplicas,
      behavior: { scaleUp, scaleDown },
      metrics: [
        {
          type: 'External',
          external: {
            // Encoders of one topic share the name; the label tells them apart.
            metric: {
              name: `s0-kafka-${metadata['topic']?.replaceAll('.', '-')}`,
              selector: { matchLabels: { 'scaledobject.keda.sh/name': target } },
            },
            target: { type: 'AverageValue', averageValue: String(trigger.lagThreshold) },
          },
        },
      ],
    },
  };
}
