import { waitFor } from '@tercet/harness';
import type { ApiServer } from './start.js';

export const NAMESPACE = 'tercet';

export interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** Pods of one service that are not about to go. */
export async function podsOf(server: ApiServer, service: string): Promise<Pod[]> {
  const selector = `app.kubernetes.io/name=${service}`;
  const { out } = await server.kubectl('-n', NAMESPACE, 'get', 'pods', '-l', selector, '-o', 'json');
  return (JSON.parse(out) as { items: Pod[] }).items.filter(
    ({ metadata }) => metadata.deletionTimestamp === undefined,
  );
}

export const isReady = ({ status }: Pod): boolean =>
  status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;

/** Waits until a service has so many pods, all ready. @throws Error saying what it had. */
export async function readyPods(
  server: ApiServer,
  service: string,
  count: number,
  timeoutMs = 180_000,
): Promise<Pod[]> {
  let seen: Pod[] = [];
  await waitFor(
    `${service} has ${count} ready pods`,
    async () => {
      seen = await podsOf(server, service);
      return seen.length === count && seen.every(isReady);
    },
    {
      timeoutMs,
      intervalMs: 500,
      explain: () =>
        seen.map((one) => `${one.metadata.name} ${one.status.phase} on ${one.spec.nodeName}`).join('\n'),
    },
  );
  return seen;
}

export interface Change {
  readonly atMs: number;
  readonly replicas: number;
}

/** Every change of the replicas that Deployments are to have, as it comes, by service. */
export function watchReplicas(server: ApiServer, kubectl: string): (service: string) => readonly Change[] {
  const seen = new Map<string, Change[]>();
  const columns = 'custom-columns=NAME:.metadata.name,REPLICAS:.spec.replicas';
  const where = [`--kubeconfig=${server.kubeconfig}`, '-n', NAMESPACE];
  server.start(
    'watch',
    kubectl,
    [...where, 'get', 'deployments', '--watch', '--no-headers', '-o', columns],
    (line) => {
      const [, service = '', replicas] = /^(\S+) +(\d+)$/.exec(line) ?? [];
      const changes = seen.get(service) ?? [];
      if (changes.at(-1)?.replicas === Number(replicas)) return;
      seen.set(service, [...changes, { atMs: Date.now(), replicas: Number(replicas) }]);
    },
  );
  return (service) => seen.get(service) ?? [];
}
