import {
  deployments,
  environmentOf,
  type Labels,
  type Manifest,
  ofKind,
  selects,
  workloads,
} from '../render/manifest.js';
import type { Rule } from './rule.js';

const ENCODER = ['dns', 'kafka', 'object-store'];

/** Whom each may speak to: the arrows of docs/data-flow.md. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  intake: ENCODER,
  'text-encoder': ENCODER,
  'image-encoder': ENCODER,
  'audio-encoder': ENCODER,
  ocr: ENCODER,
  transcriber: ENCODER,
  fusion: ['dns', 'kafka', 'redis'],
  gateway: ['dns', 'kafka', 'redis'],
  dashboard: ['dns', 'kafka', 'object-store', 'postgres'],
  topics: ['dns', 'kafka'],
  migrations: ['dns', 'postgres'],
};

/** Who may speak to each. */
const HEARS = (name: string): string[] => [
  ...(name === 'gateway' ? ['callers:50051'] : []),
  ...(name === 'dashboard' ? ['callers:8080'] : []),
  'monitoring:9464',
];

interface Peer {
  readonly namespaceSelector?: { readonly matchLabels?: Labels };
  readonly podSelector?: object;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface Direction {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port: number }[];
}

const OUTSIDE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'];

export const network: Rule = {
  name: 'network',
  check(manifests) {
    const policies = ofKind(manifests, 'NetworkPolicy');
    const kafkaPorts = portsOfKafka(manifests);
    const closed = policies.some(
      ({ spec }) =>
        Object.keys(spec.podSelector).length === 0 &&
        spec.policyTypes?.length === 2 &&
        spec.ingress === undefined &&
        spec.egress === undefined,
    );
    return [
      ...(closed ? [] : ['nothing denies what is not allowed']),
      ...workloads(manifests).flatMap(({ name, labels }) => {
        const mine = policies.filter(({ spec }) => selects(spec.podSelector, labels));
        const out = mine
          .flatMap(({ spec }) => (spec.egress ?? []) as Direction[])
          .map((one) => goal(one, 'to', kafkaPorts));
        const into = mine
          .flatMap(({ spec }) => (spec.ingress ?? []) as Direction[])
          .map((one) => goal(one, 'from', kafkaPorts));
        const key = labels['app.kubernetes.io/name'] ?? name;
        return [
          ...compare(`${name} may speak to`, out, ARROWS[key] ?? []),
          ...compare(`${name} may be spoken to by`, into, HEARS(key)),
        ];
      }),
    ];
  },
};

/** The ports of the brokers that the services are given. */
function portsOfKafka(manifests: readonly Manifest[]): string {
  const given = deployments(manifests).map(({ main }) =>
    environmentOf(main, manifests).get('TERCET_KAFKA_BROKERS'),
  );
  const ports = given.flatMap((list) =>
    (list ?? '').split(',').map((address) => address.split(':').at(-1) ?? ''),
  );
  return [...new Set(ports)].join(',');
}

/** The name of one allowance; what is none of the design's arrows gets a name of its own. */
function goal(direction: Direction, side: 'from' | 'to', kafkaPorts: string): string {
  const peers = direction[side] ?? [];
  const ports = (direction.ports ?? []).map(({ port }) => port).join(',');
  const [peer] = peers;
  if (peers.length !== 1 || !peer || ports === '') return `anything (${side})`;
  if (peer.ipBlock) {
    const open = OUTSIDE.filter((range) => !peer.ipBlock?.except?.includes(range));
    return ports === '443' && open.length === 0
      ? 'object-store'
      : `${peer.ipBlock.cidr}:${ports} with ${open.join(' ')}`;
  }
  const labels = peer.namespaceSelector?.matchLabels ?? {};
  const namespace = labels['kubernetes.io/metadata.name'];
  if (side === 'from') return `${labels['tercet.dev/caller'] ? 'callers' : (namespace ?? 'anyone')}:${ports}`;
  if (namespace === 'kube-system' && ports === '53,53') return 'dns';
  if (namespace === 'kafka' && ports === kafkaPorts) return 'kafka';
  if (namespace === 'redis' && ports === '6379') return 'redis';
  if (namespace === 'postgres' && ports === '5432') return 'postgres';
  return `${namespace ?? 'anyone'}:${ports}`;
}

function compare(what: string, found: readonly string[], wanted: readonly string[]): string[] {
  return [
    ...found
      .filter((one) => !wanted.includes(one))
      .map((one) => `${what} ${one}, which is no arrow of the design`),
    ...wanted
      .filter((one) => !found.includes(one))
      .map((one) => `${what} ${one} by the design, and no policy says so`),
  ];
}
