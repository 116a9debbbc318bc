import { readdirSync } from 'node:fs';
import { waitFor } from '@tercet/harness';
import { goModule } from '../render/tools.js';
import { KWOK_MODULE, PROGRAMS } from './build.js';
import { type ApiServer, startApiServer } from './start.js';

const CONTROLLERS = [
  'deployment',
  'replicaset',
  'job',
  'disruption',
  'horizontal-pod-autoscaler',
  'garbage-collector',
  'persistentvolume-binder',
  // Takes the taint off nodes that have become ready.
  'node-lifecycle',
];
const ZONES = ['a', 'b', 'c'];
const READY_MS = 120_000;

/**
 * A cluster whose nodes KWOK plays: Kubernetes' own scheduler and controllers make, place, scale and end pods, and no container
 * runs in them. Two nodes of 8 cores in each of three zones, and one with a GPU.
 * @throws Error saying what did not become ready.
 */
export async function startCluster(kubectl: string): Promise<ApiServer> {
  const server = await startApiServer(kubectl);
  const kubeconfig = `--kubeconfig=${server.kubeconfig}`;
  const alone = ['--leader-elect=false', '--secure-port=0'];
  const programs = [
    server.start('kube-controller-manager', PROGRAMS.controllerManager, [
      kubeconfig,
      ...alone,
      `--controllers=${CONTROLLERS.map((name) => `${name}-controller`).join(',')}`,
      '--horizontal-pod-autoscaler-sync-period=1s',
      // The machine may be too busy for the heartbeats of nodes.
      '--node-monitor-grace-period=1h',
    ]),
    server.start('kube-scheduler', PROGRAMS.scheduler, [kubeconfig, ...alone]),
    server.start('kwok', PROGRAMS.kwok, [kubeconfig, '--manage-all-nodes', ...stages()]),
  ];
  try {
    const { code, errors } = await server.apply(
      ...ZONES.flatMap((zone) => [0, 1].map((index) => node(`node-${zone}${index}`, zone))),
      gpuNode(),
    );
    if (code !== 0) throw new Error(errors);
    await waitFor(
      'the nodes are ready',
      async () => {
        const { out } = await server.kubectl('get', 'nodes', '--no-headers');
        return out.split('\n').filter((line) => / Ready /.test(line)).length === 7;
      },
      {
        timeoutMs: READY_MS,
        intervalMs: 500,
        explain: () => programs.flatMap(({ log }) => log.last(8)).join('\n'),
      },
    );
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
  return server;
}

/** What becomes of nodes and pods: ready at once, gone at once. */
function stages(): string[] {
  const folder = `${goModule(KWOK_MODULE.path, KWOK_MODULE.version)}/kustomize/stage`;
  return ['node/fast', 'pod/fast'].flatMap((inner) =>
    readdirSync(`${folder}/${inner}`)
      .filter((file) => /^(node|pod)-.*\.yaml$/.test(file))
      .map((file) => `--config=${folder}/${inner}/${file}`),
  );
}

function node(
  name: string,
  zone: string,
  extra: { labels?: object; taints?: object[]; resources?: object } = {},
) {
  const resources = {
    cpu: '8',
    memory: '32Gi',
    'ephemeral-storage': '100Gi',
    pods: '110',
    ...extra.resources,
  };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: { 'topology.kubernetes.io/zone': zone, 'kubernetes.io/hostname': name, ...extra.labels },
    },
    spec: { taints: extra.taints ?? [] },
    status: { allocatable: resources, capacity: resources },
  };
}

/** As NVIDIA's GPU operator labels and taints one. */
const gpuNode = () =>
  node('node-gpu', 'a', {
    labels: { 'nvidia.com/gpu.present': 'true' },
    taints: [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }],
    resources: { 'nvidia.com/gpu': '1' },
  });
