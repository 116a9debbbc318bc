import { beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../k8s/render/manifest.js';
import { K8S, render } from '../k8s/render/render.js';
import { kafkaLag } from './kafka-lag-model.js';
import { readScaledObject, type ScaledObjectSettings } from './scaled-object.js';
import { ScalerModel } from './scaler.js';

const PARTITIONS = 12;
const objects = new Map<string, Manifest>();
beforeAll(async () => {
  for (const overlay of ['dev', 'prod'])
    for (const one of await render(`${K8S}/overlays/${overlay}`))
      if (one.kind === 'ScaledObject') objects.set(`${overlay}/${one.metadata.name}`, one);
}, 300_000);

function settings(name: string, change: (object: Manifest) => void = () => undefined): ScaledObjectSettings {
  const copy = structuredClone(objects.get(name)) as Manifest;
  change(copy);
  return readScaledObject(copy);
}

/** Second and count of each change: a backlog of `total` for five minutes, then none for an hour. */
function course(given: ScaledObjectSettings, total: number): [second: number, replicas: number][] {
  const scaler = new ScalerModel(given);
  const changes: [number, number][] = [];
  let current = given.minReplicas;
  for (let second = 0; second < 3900; second += given.pollingIntervalSeconds) {
    const lags = Array.from({ length: PARTITIONS }, () => (second < 300 ? total / PARTITIONS : 0));
    const next = scaler.next(second, current, kafkaLag(given.trigger, lags));
    if (next !== current) changes.push([second, next]);
    current = next;
  }
  return changes;
}

describe('what the manifests ask for', () => {
  it('up at once, down by one pod in two minutes after ten minutes', () => {
    expect(course(settings('prod/text-encoder'), 240)).toEqual([
      [0, 4],
      [885, 3],
      [1005, 2],
      [1125, 1],
    ]);
  });

  it('to all partitions within half a minute, and no further', () => {
    expect(course(settings('prod/text-encoder'), 100_000).slice(0, 2)).toEqual([
      [0, 5],
      [30, 10],
    ]);
    const most = Math.max(...course(settings('prod/text-encoder'), 100_000).map(([, count]) => count));
    expect(most).toBe(PARTITIONS);
  });

  it('from nothing and back to nothing where the overlay says so', () => {
    const changes = course(settings('dev/text-encoder'), 12);
    expect(changes).toEqual([
      [0, 1],
      [1185, 0],
    ]);
  });
});

describe('a changed manifest changes the outcome', () => {
  const peak = (given: ScaledObjectSettings): number =>
    Math.max(...course(given, 240).map(([, count]) => count));

  it.each<[string, (object: Manifest) => void, number]>([
    ['threshold', ({ spec }) => Object.assign(spec.triggers[0].metadata, { lagThreshold: '20' }), 12],
    ['maximum', ({ spec }) => Object.assign(spec, { maxReplicaCount: 2 }), 2],
    ['minimum', ({ spec }) => Object.assign(spec, { minReplicaCount: 6 }), 0],
  ])('%s', (_, change, wanted) => {
    const changed = settings('prod/text-encoder', change);
    if (wanted > 0) expect(peak(changed)).toBe(wanted);
    else expect(course(changed, 240)).toEqual([]);
  });

  it('window and policy', () => {
    const changed = settings('prod/text-encoder', ({ spec }) => {
      const { scaleDown } = spec.advanced.horizontalPodAutoscalerConfig.behavior;
      scaleDown.stabilizationWindowSeconds = 300;
      scaleDown.policies = [{ type: 'Pods', value: 3, periodSeconds: 60 }];
    });
    expect(course(changed, 240).at(-1)).toEqual([585, 1]);
  });

  it('activation', () => {
    const changed = settings('dev/text-encoder', ({ spec }) =>
      Object.assign(spec.triggers[0].metadata, { activationLagThreshold: '12' }),
    );
    expect(course(changed, 12)).toEqual([]);
  });

  it('what it leaves out is named', () => {
    expect(() =>
      settings('prod/ocr', ({ spec }) => Object.assign(spec, { maxReplicaCount: undefined })),
    ).toThrow('ScaledObject ocr says no maxReplicaCount');
  });
});
