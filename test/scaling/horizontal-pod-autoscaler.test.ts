import { describe, expect, it } from 'vitest';
import {
  DEFAULT_BEHAVIOUR,
  desiredReplicas,
  HorizontalPodAutoscalerModel,
  type ScalingRules,
} from './horizontal-pod-autoscaler.js';

// Cases from kubernetes.io, "Horizontal Pod Autoscaling".
describe('the algorithm', () => {
  it('doubles at 200m against 100m, and halves at 50m', () => {
    expect(desiredReplicas(4, 4 * 200, 100)).toBe(8);
    expect(desiredReplicas(4, 4 * 50, 100)).toBe(2);
  });

  it('changes nothing within a tenth', () => {
    expect(desiredReplicas(10, 10 * 109, 100)).toBe(10);
    expect(desiredReplicas(10, 10 * 91, 100)).toBe(10);
    expect(desiredReplicas(10, 10 * 111, 100)).toBe(12);
  });
});

const down = (rules: Partial<ScalingRules>) => ({
  minReplicas: 1,
  maxReplicas: 1000,
  scaleUp: DEFAULT_BEHAVIOUR.scaleUp,
  scaleDown: { ...DEFAULT_BEHAVIOUR.scaleDown, ...rules },
});

/** Counts of replicas at each `everySeconds`, the controller asked every 15 s. */
function course(
  hpa: HorizontalPodAutoscalerModel,
  start: number,
  metric: number,
  target: number,
  minutes: number,
) {
  const counts: number[] = [];
  let current = start;
  for (let second = 0; second < minutes * 60; second += 15) {
    current = hpa.sync(second, current, metric, target);
    if (second % 60 === 0) counts.push(current);
  }
  return counts;
}

describe('policies', () => {
  it('takes 10 % a minute from 80 pods to 10, rounded up: 8, 8, 7, 6, 6, 5, and 4 at a time below 40', () => {
    const hpa = new HorizontalPodAutoscalerModel(
      down({
        stabilizationWindowSeconds: 0,
        policies: [
          { type: 'Pods', value: 4, periodSeconds: 60 },
          { type: 'Percent', value: 10, periodSeconds: 60 },
        ],
      }),
    );
    const counts = course(hpa, 80, 10, 1, 14);
    expect(counts.slice(0, 3)).toEqual([72, 64, 57]);
    const steps = counts.map((count, index) => (index === 0 ? 80 : (counts[index - 1] ?? 0)) - count);
    for (const [index, step] of steps.entries()) {
      const before = counts[index - 1] ?? 80;
      if (before > 40) expect(step, `from ${before}`).toBe(Math.ceil(before * 0.1));
      else if (before > 14) expect(step, `from ${before}`).toBe(4);
    }
    expect(counts.at(-1)).toBe(10);
  });

  it('with selectPolicy Min takes the smaller step, with Disabled none', () => {
    const policies = [
      { type: 'Pods', value: 5, periodSeconds: 60 },
      { type: 'Percent', value: 10, periodSeconds: 60 },
    ] as const;
    const settings = (selectPolicy: 'Min' | 'Disabled') =>
      down({ stabilizationWindowSeconds: 0, selectPolicy, policies });
    expect(course(new HorizontalPodAutoscalerModel(settings('Min')), 80, 10, 1, 2)).toEqual([75, 70]);
    expect(course(new HorizontalPodAutoscalerModel(settings('Disabled')), 80, 10, 1, 2)).toEqual([80, 80]);
  });

  it('by default adds 4 pods or doubles every 15 s, whichever is more', () => {
    const hpa = new HorizontalPodAutoscalerModel({ ...down({}), maxReplicas: 100 });
    const counts: number[] = [];
    let current = 1;
    for (let second = 0; second <= 75; second += 15) {
      current = hpa.sync(second, current, 100, 1);
      counts.push(current);
    }
    expect(counts).toEqual([5, 10, 20, 40, 80, 100]);
  });
});

describe('stabilisation', () => {
  it('keeps to the highest count that was wanted within the last five minutes', () => {
    const hpa = new HorizontalPodAutoscalerModel(down({}));
    let current = hpa.sync(0, 4, 4, 1);
    for (let second = 15; second < 300; second += 15) {
      current = hpa.sync(second, current, 1, 1);
      expect(current, `${second} s`).toBe(4);
    }
    expect(hpa.sync(300, current, 1, 1)).toBe(1);
  });

  it('keeps within minimum and maximum', () => {
    const hpa = new HorizontalPodAutoscalerModel({
      ...down({ stabilizationWindowSeconds: 0 }),
      minReplicas: 2,
      maxReplicas: 3,
    });
    expect(hpa.sync(0, 2, 100, 1)).toBe(3);
    expect(hpa.sync(60, 3, 0, 1)).toBe(2);
  });
});
