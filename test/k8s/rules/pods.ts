import { containersOf, deployments, environmentOf, ofKind, selects, workloads } from '../render/manifest.js';
import { DEFAULT_DRAIN_MS, ENCODER_NAMES, SERVICES } from './code.js';
import { quantity } from './quantity.js';
import type { Rule } from './rule.js';

const MARGIN_MS = 5000;
/** The dashboard scores a text anew to say which words weighed. */
const RUNS_MODELS: readonly string[] = [...ENCODER_NAMES, 'dashboard'];
const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'];

export const everyService: Rule = {
  name: 'services',
  check(manifests) {
    const there = new Set(deployments(manifests).map(({ name }) => name));
    return SERVICES.filter((name) => !there.has(name)).map((name) => `${name} has no Deployment`);
  },
};

export const limits: Rule = {
  name: 'limits',
  check: (manifests) =>
    workloads(manifests).flatMap(({ name, pod }) =>
      containersOf(pod).flatMap((container) => {
        const where = `${name}/${container.name}`;
        const { requests = {}, limits = {} } = container.resources ?? {};
        return RESOURCES.flatMap((resource) => {
          const [least, most] = [requests[resource], limits[resource]];
          if (least === undefined) return [`${where} requests no ${resource}`];
          if (most === undefined) return [`${where} has no limit of ${resource}`];
          return quantity(least) > quantity(most)
            ? [`${where} requests more ${resource} than its limit`]
            : [];
        });
      }),
    ),
};

export const probes: Rule = {
  name: 'probes',
  check: (manifests) =>
    deployments(manifests).flatMap(({ name, main }) => {
      const wanted = { startupProbe: '/livez', livenessProbe: '/livez', readinessProbe: '/readyz' };
      return Object.entries(wanted).flatMap(([probe, path]) => {
        const get = main[probe]?.httpGet;
        if (!get) return [`${name} has no ${probe}`];
        const port = main.ports?.find((one) => one.name === get.port);
        if (!port) return [`${name}'s ${probe} asks a port that is not there: ${get.port}`];
        return get.path === path ? [] : [`${name}'s ${probe} asks ${get.path}, not ${path}`];
      });
    }),
};

export const grace: Rule = {
  name: 'grace',
  check: (manifests) =>
    deployments(manifests).flatMap(({ name, pod, main, labels }) => {
      const env = environmentOf(main, manifests);
      const drainMs = Number(env.get('TERCET_DRAIN_TIMEOUT_MS') ?? DEFAULT_DRAIN_MS);
      const sleepSeconds = Number(main['lifecycle']?.preStop?.sleep?.seconds ?? 0);
      const graceSeconds = Number(pod['terminationGracePeriodSeconds'] ?? 30);
      const served = ofKind(manifests, 'Service').some(({ spec }) =>
        selects({ matchLabels: spec.selector ?? {} }, labels),
      );
      const found: string[] = [];
      if (graceSeconds * 1000 < sleepSeconds * 1000 + drainMs + MARGIN_MS)
        found.push(
          `${name}: ${graceSeconds} s of grace do not hold preStop (${sleepSeconds} s) and drain (${drainMs} ms)`,
        );
      if (served && sleepSeconds === 0) found.push(`${name} stands behind a Service and has no preStop`);
      return found;
    }),
};

export const restricted: Rule = {
  name: 'restricted',
  check: (manifests) => [
    ...ofKind(manifests, 'Namespace')
      .filter(({ metadata }) => metadata.labels?.['pod-security.kubernetes.io/enforce'] !== 'restricted')
      .map(({ metadata }) => `namespace ${metadata.name} does not enforce the restricted standard`),
    ...workloads(manifests).flatMap(({ name, pod }) => {
      const found: string[] = [];
      const context = pod['securityContext'] ?? {};
      if (context.runAsNonRoot !== true || context.runAsUser === 0) found.push(`${name} may run as root`);
      if (context.seccompProfile?.type !== 'RuntimeDefault') found.push(`${name} has no seccomp profile`);
      for (const field of ['hostNetwork', 'hostPID', 'hostIPC'])
        if (pod[field]) found.push(`${name} uses ${field}`);
      for (const volume of pod['volumes'] ?? [])
        if (volume.hostPath) found.push(`${name} mounts a host path`);
      for (const container of containersOf(pod)) {
        const own = container['securityContext'] ?? {};
        const where = `${name}/${container.name}`;
        if (own.allowPrivilegeEscalation !== false) found.push(`${where} may gain privileges`);
        if (own.privileged) found.push(`${where} is privileged`);
        if (own.readOnlyRootFilesystem !== true) found.push(`${where} may write to its root file system`);
        if (!own.capabilities?.drop?.includes('ALL')) found.push(`${where} keeps capabilities`);
        if (own.capabilities?.add?.length) found.push(`${where} adds capabilities`);
        if (own.runAsUser === 0 || own.runAsNonRoot === false) found.push(`${where} may run as root`);
      }
      return found;
    }),
  ],
};

export const serviceAccounts: Rule = {
  name: 'service-accounts',
  check(manifests) {
    const accounts = new Map(ofKind(manifests, 'ServiceAccount').map((one) => [one.metadata.name, one]));
    const users = workloads(manifests).map(({ name, pod }) => [name, pod['serviceAccountName']] as const);
    return [
      ...workloads(manifests).flatMap(({ name, pod }) => {
        const account = accounts.get(pod['serviceAccountName']);
        if (!account) return [`${name} runs under an account that is not there`];
        return pod['automountServiceAccountToken'] === false && account.automountServiceAccountToken === false
          ? []
          : [`${name} is given a token of the API server`];
      }),
      ...users
        .filter(([name, account]) => users.some(([other, same]) => other !== name && same === account))
        .map(([name]) => `${name} shares its account`),
    ];
  },
};

export const disruption: Rule = {
  name: 'disruption',
  check: (manifests) =>
    deployments(manifests).flatMap(({ name, labels }) => {
      const budgets = ofKind(manifests, 'PodDisruptionBudget').filter(({ spec }) =>
        selects(spec.selector, labels),
      );
      if (budgets.length !== 1) return [`${name} has ${budgets.length} disruption budgets`];
      return budgets[0]?.spec.maxUnavailable === 1 ? [] : [`${name} may lose more than one pod, or none`];
    }),
};

export const spread: Rule = {
  name: 'spread',
  check: (manifests) =>
    deployments(manifests).flatMap(({ name, pod, labels }) => {
      const constraints: { topologyKey: string; labelSelector: object }[] =
        pod['topologySpreadConstraints'] ?? [];
      return ['topology.kubernetes.io/zone', 'kubernetes.io/hostname']
        .filter(
          (key) =>
            !constraints.some(
              (one) => one.topologyKey === key && selects(one.labelSelector as never, labels),
            ),
        )
        .map((key) => `${name} is not spread over ${key}`);
    }),
};

export const selectors: Rule = {
  name: 'selectors',
  check(manifests) {
    const all = workloads(manifests);
    return deployments(manifests).flatMap(({ name, manifest }) =>
      all
        .filter((other) => selects(manifest.spec.selector, other.labels) !== (other.name === name))
        .map((other) => `${name}'s selector and the pods of ${other.name} do not belong together`),
    );
  },
};

export const models: Rule = {
  name: 'models',
  check: (manifests) =>
    deployments(manifests)
      .filter(({ name }) => RUNS_MODELS.includes(name))
      .flatMap(({ name, pod, main }) => {
        const cache = environmentOf(main, manifests).get('TERCET_MODEL_CACHE');
        const laid = pod.initContainers?.find((one) => one.name === 'models');
        const found: string[] = [];
        if (!laid || environmentOf(laid, manifests).get('TERCET_MODEL_CACHE') !== cache)
          found.push(`${name} has no init container that lays its models where it looks`);
        else if (![...(laid.command ?? []), ...(laid.args ?? [])].join(' ').endsWith('models verify'))
          found.push(`${name} does not verify its models' hashes`);
        const mount = main['volumeMounts']?.find((one: { mountPath: string }) => one.mountPath === cache);
        if (mount?.readOnly !== true) found.push(`${name} may change its models`);
        return found;
      }),
};
