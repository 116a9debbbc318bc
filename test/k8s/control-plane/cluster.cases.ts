import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@tercet/harness';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaLag } from '../../scaling/kafka-lag-model.js';
import { readScaledObject, type ScaledObjectSettings } from '../../scaling/scaled-object.js';
import { ScalerModel } from '../../scaling/scaler.js';
import { deployments, type Manifest, ofKind } from '../render/manifest.js';
import { K8S, render } from '../render/render.js';
import { findKubectl } from '../render/tools.js';
import { areAtHand, buildPrograms, CLUSTER } from './build.js';
import { startCluster } from './cluster.js';
import { applyDefinitions } from './definitions.js';
import { type ExternalMetrics, serveExternalMetrics } from './external-metrics.js';
import { autoscalerOf, hastened } from './keda-part.js';
import { type Change, isReady, NAMESPACE, type Pod, podsOf, readyPods, watchReplicas } from './pods.js';
import type { Answer, ApiServer } from './start.js';

const hasCluster = areAtHand(CLUSTER);
if (!hasCluster)
  console.log('no cluster of played nodes was built: TERCET_API_SERVER=build npm run test:k8s builds it');

/** Windows and periods of the autoscalers pass so much faster than the manifests say. */
const SPEED = 20;
// Two cores, a whole control plane, and other work beside it.
const WAIT_MS = 180_000;
const TEST_TIMEOUT_MS = 600_000;

describe.skipIf(!hasCluster)('a cluster whose nodes are played', () => {
  let server: ApiServer;
  let metrics: ExternalMetrics;
  let prod: Manifest[];
  let folder: string;
  const scaled = (): ScaledObjectSettings[] => ofKind(prod, 'ScaledObject').map(readScaledObject);
  beforeAll(async () => {
    buildPrograms(CLUSTER);
    prod = await render(`${K8S}/overlays/prod`);
    folder = mkdtempSync(join(tmpdir(), 'tercet-cluster-'));
    server = await startCluster(findKubectl());
    await applyDefinitions(server);
    metrics = await serveExternalMetrics(server);
    await applyOverlay('prod');
    // No provisioner is there to make it.
    await succeed(server.apply(volumeFor('dashboard-audit')));
  }, 3_600_000);
  afterAll(async () => {
    await metrics?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
    if (folder) rmSync(folder, { recursive: true, force: true });
  }, TEST_TIMEOUT_MS);

  it(
    'places every pod of prod within what its nodes have, and starts it',
    async () => {
      for (const { name, manifest } of deployments(prod))
        await readyPods(server, name, manifest.spec.replicas ?? 1);
      for (const name of ['fusion', 'gateway', 'intake', 'dashboard']) {
        const nodes = (await podsOf(server, name)).map(({ spec }) => spec.nodeName ?? '');
        expect(new Set(nodes.map((node) => node.slice(0, 'node-a'.length))).size, nodes.join()).toBe(3);
      }
    },
    TEST_TIMEOUT_MS,
  );

  it(
    'runs the jobs of the topics and of the database as often as one asks, and takes the manifests again',
    async () => {
      const jobs: string[] = [];
      for (const job of ['topics', 'migrations'])
        for (const name of [`${job}-install`, `${job}-again`]) {
          await succeed(server.kubectl('-n', NAMESPACE, 'create', 'job', `--from=cronjob/${job}`, name));
          jobs.push(`job/${name}`);
        }
      await succeed(
        server.kubectl('-n', NAMESPACE, 'wait', '--for=condition=complete', ...jobs, '--timeout=180s'),
      );
      await applyOverlay('prod');
    },
    TEST_TIMEOUT_MS,
  );

  it(
    'scales one encoder by its own lag, and no other; the way back is slow',
    async () => {
      const replicasOf = watchReplicas(server, findKubectl());
      const before = new Map<string, Pod[]>();
      for (const { target } of scaled()) {
        before.set(target, await readyPods(server, target, 1));
        metrics.set(target, 0);
      }
      const fast = scaled().map((one) => hastened(one, SPEED));
      await succeed(server.apply(...fast.map((one) => autoscalerOf(one, NAMESPACE))));
      const flooded = fast.find(({ target }) => target === 'ocr');
      if (!flooded) throw new Error('ocr is not scaled');

      const lags = Array.from({ length: flooded.hpa.maxReplicas }, () => 10 * flooded.trigger.lagThreshold);
      const { lag } = kafkaLag(flooded.trigger, lags);
      metrics.set('ocr', lag);
      const most = await readyPods(server, 'ocr', flooded.hpa.maxReplicas);
      // Every node but the one with the GPU.
      expect(new Set(most.map(({ spec }) => spec.nodeName)).size).toBe(6);

      const drainedAt = Date.now();
      metrics.set('ocr', 0);
      const { stabilizationWindowSeconds: window, policies } = flooded.hpa.scaleDown;
      const [period = 0] = policies.map(({ periodSeconds }) => periodSeconds);
      await readyPods(server, 'ocr', 1, 1000 * (window + 4 * period * flooded.hpa.maxReplicas));
      const [, ...steps] = replicasOf('ocr');
      // Kubernetes' own controller and the model of it in test/scaling agree on every step.
      expect(steps.map(({ replicas }) => replicas)).toEqual(modelled(flooded, lag));
      const back = steps.filter(({ atMs }) => atMs > drainedAt).map(({ atMs }) => atMs);
      const pauses = back.map((atMs, n) => atMs - (back[n - 1] ?? drainedAt));
      expect(pauses[0]).toBeGreaterThan(1000 * (window - 2));
      expect(Math.min(...pauses.slice(1))).toBeGreaterThan(1000 * (period - 1));
      console.log(`ocr: ${replicasOf('ocr').map(describeChange(drainedAt)).join(', ')}`);
      for (const { target } of scaled().filter((one) => one.target !== 'ocr')) {
        expect(replicasOf(target), target).toHaveLength(1);
        const uids = (await podsOf(server, target)).map(({ metadata }) => metadata.uid);
        expect(uids, target).toEqual(before.get(target)?.map(({ metadata }) => metadata.uid));
      }
    },
    TEST_TIMEOUT_MS,
  );

  it(
    'lets a drain of nodes take one pod of fusion, and the next only when it is back',
    async () => {
      const [first, second] = await podsOf(server, 'fusion');
      await withoutNodes(async () => {
        await succeed(evict(first));
        const refused = await evict(second);
        expect(refused.errors).toMatch(/disruption budget/);
        expect((await podsOf(server, 'fusion')).filter(isReady)).toHaveLength(2);
      });
      await readyPods(server, 'fusion', 3);
      await succeed(evict(second));
      await readyPods(server, 'fusion', 3);
    },
    TEST_TIMEOUT_MS,
  );

  it(
    'keeps the old pods of a roll-out that does not become ready, and goes back to them',
    async () => {
      const old = (await podsOf(server, 'gateway')).map(({ metadata }) => metadata.uid).sort();
      await withoutNodes(async () => {
        const image = 'service=registry.example.com/tercet/gateway:0.2.0';
        await succeed(server.kubectl('-n', NAMESPACE, 'set', 'image', 'deployment/gateway', image));
        await waitFor('a new pod is there', async () => (await podsOf(server, 'gateway')).length === 4, {
          timeoutMs: WAIT_MS,
        });
        const ready = (await podsOf(server, 'gateway')).filter(isReady);
        expect(ready.map(({ metadata }) => metadata.uid).sort()).toEqual(old);
        await applyOverlay('prod');
        const after = await readyPods(server, 'gateway', 3);
        expect(after.map(({ metadata }) => metadata.uid).sort()).toEqual(old);
      });
    },
    TEST_TIMEOUT_MS,
  );

  it(
    'puts an encoder for GPUs on the node that has one, and nothing else',
    async () => {
      await applyOverlay('gpu-text-encoder');
      await waitFor(
        'text-encoder runs on the GPU',
        async () => {
          const pods = await podsOf(server, 'text-encoder');
          return pods.length === 1 && pods.every((pod) => isReady(pod) && pod.spec.nodeName === 'node-gpu');
        },
        { timeoutMs: WAIT_MS },
      );
      const { out } = await server.kubectl(
        ...['-n', NAMESPACE, 'get', 'pods', '--field-selector', 'spec.nodeName=node-gpu', '-o', 'name'],
      );
      expect(out.trim().split('\n')).toHaveLength(1);
    },
    TEST_TIMEOUT_MS,
  );

  async function succeed(answer: Promise<Answer>): Promise<void> {
    const { code, errors } = await answer;
    expect(code, errors).toBe(0);
  }

  function applyOverlay(name: string): Promise<void> {
    return succeed(
      server.kubectl('apply', '--server-side', '--force-conflicts', '-k', `${K8S}/overlays/${name}`),
    );
  }

  /** While no node takes another pod. */
  async function withoutNodes(work: () => Promise<void>): Promise<void> {
    await succeed(server.kubectl('cordon', '--selector=kubernetes.io/hostname'));
    try {
      await work();
    } finally {
      await succeed(server.kubectl('uncordon', '--selector=kubernetes.io/hostname'));
    }
  }

  function evict(pod: Pod | undefined): Promise<Answer> {
    const name = pod?.metadata.name ?? '';
    const path = join(folder, 'eviction.json');
    writeFileSync(
      path,
      JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: NAMESPACE } }),
    );
    return server.kubectl(
      ...['create', '--raw', `/api/v1/namespaces/${NAMESPACE}/pods/${name}/eviction`, '-f', path],
    );
  }
});

/** `12 at -3 s`: when a count was asked for, from the moment at which the lag was gone. */
const describeChange =
  (drainedAtMs: number) =>
  ({ atMs, replicas }: Change): string =>
    `${replicas} at ${Math.round((atMs - drainedAtMs) / 1000)} s`;

/** Replica counts by the model of KEDA and the HorizontalPodAutoscaler: a minute of this lag, then none. */
function modelled(settings: ScaledObjectSettings, lag: number): number[] {
  const model = new ScalerModel(settings);
  const counts: number[] = [];
  let current = 1;
  for (let second = 0; second < 600; second += 1) {
    const next = model.next(second, current, { lag: second < 60 ? lag : 0, active: second < 60 });
    if (next !== current) counts.push(next);
    current = next;
  }
  return counts;
}

function volumeFor(claim: string): object {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: claim },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteMany'],
      claimRef: { namespace: NAMESPACE, name: claim },
      hostPath: { path: '/nowhere' },
    },
  };
}
