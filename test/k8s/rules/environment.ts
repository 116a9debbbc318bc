import { containersOf, deployments, environmentOf, ofKind, workloads } from '../render/manifest.js';
import { COMMAND_VARIABLES, deriversOf, readAsMigrations, readAsService } from './code.js';
import type { Rule } from './rule.js';

const SECRETS = new Set([
  'tercet-redis',
  'tercet-kafka',
  'tercet-object-store',
  'tercet-authority',
  'gateway-tls',
  'dashboard-tls',
  'tercet-database',
  'tercet-oidc',
  'tercet-audit',
]);
const SECRET_NAME = /SECRET|PASSWORD|TOKEN|ACCESS_KEY/;
// Stands for what only the cluster knows.
const FROM_SECRET = 'redis://user:secret@redis:6379';
const FROM_SECRETS: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://user:secret@postgres/tercet',
  TERCET_AUDIT_ANCHOR_KEY: 'a key of at least 32 characters here',
};

export const environment: Rule = {
  name: 'environment',
  check: (manifests) => [
    ...deployments(manifests).flatMap(({ name, main }) => {
      const env = environmentOf(main, manifests);
      try {
        const asked = readAsService(name, { PATH: process.env['PATH'], ...withSecrets(env) });
        return [...env.keys()]
          .filter((key) => key.startsWith('TERCET_') && !asked.has(key))
          .map((key) => `${name} does not read ${key}`);
      } catch (error) {
        return [`${name} would not start: ${(error as Error).message}`];
      }
    }),
    ...workloads(manifests)
      .filter(({ name }) => name === 'migrations')
      .flatMap(({ name, main }) => {
        try {
          readAsMigrations(withSecrets(environmentOf(main, manifests)));
          return [];
        } catch (error) {
          return [`${name} would not start: ${(error as Error).message}`];
        }
      }),
    ...workloads(manifests).flatMap(({ name, pod, main, kind }) =>
      containersOf(pod)
        .filter((container) => kind === 'CronJob' || container !== main)
        .flatMap((container) =>
          [...environmentOf(container, manifests).keys()]
            .filter((key) => key.startsWith('TERCET_') && !COMMAND_VARIABLES.has(key))
            .map((key) => `${name}/${container.name}: tercet does not read ${key}`),
        ),
    ),
  ],
};

/** An environment with something in the place of what secrets hold. */
const withSecrets = (env: ReadonlyMap<string, string | undefined>): Record<string, string> =>
  Object.fromEntries([...env].map(([key, value]) => [key, value ?? FROM_SECRETS[key] ?? FROM_SECRET]));

export const textModel: Rule = {
  name: 'text-model',
  check(manifests) {
    const [encoder, dashboard] = ['text-encoder', 'dashboard'].map((name) => {
      const found = deployments(manifests).find((one) => one.name === name);
      return found && (environmentOf(found.main, manifests).get('TERCET_TEXT_MODEL') ?? 'text');
    });
    return encoder === dashboard
      ? []
      : [`text-encoder runs ${encoder}, and the dashboard would explain by ${dashboard}`];
  },
};

export const derivers: Rule = {
  name: 'derivers',
  check(manifests) {
    const all = deployments(manifests);
    const intake = all.find(({ name }) => name === 'intake');
    const said = intake && environmentOf(intake.main, manifests).get('TERCET_DERIVERS');
    const wanted = deriversOf(all.map(({ name }) => name));
    return said === wanted ? [] : [`intake waits for ${said || 'no deriver'}, and ${wanted || 'none'} run`];
  },
};

/** What the services behind the edge listen with. */
const EDGE: Readonly<Record<string, string>> = { gateway: 'grpc', dashboard: 'http' };

export const ports: Rule = {
  name: 'ports',
  check: (manifests) => [
    ...deployments(manifests).flatMap(({ name, main }) => {
      const env = environmentOf(main, manifests);
      const found: string[] = [];
      for (const [port, host, number] of [
        ['health', 'TERCET_HEALTH_HOST', 'TERCET_HEALTH_PORT'],
        ['grpc', 'TERCET_GRPC_HOST', 'TERCET_GRPC_PORT'],
        ['http', 'TERCET_DASHBOARD_HOST', 'TERCET_DASHBOARD_PORT'],
      ] as const) {
        const declared = main.ports?.find((one) => one.name === port);
        if (!declared) {
          if (port === 'health' || EDGE[name] === port) found.push(`${name} declares no port ${port}`);
          continue;
        }
        if (env.get(number) !== String(declared.containerPort))
          found.push(`${name} listens on ${env.get(number)} and declares ${declared.containerPort}`);
        if (env.get(host) !== '0.0.0.0')
          found.push(`${name} listens for ${port} on ${env.get(host) ?? 'loopback'}`);
      }
      return found;
    }),
    ...ofKind(manifests, 'Service').flatMap(({ metadata, spec }) => {
      const pods = deployments(manifests).filter(({ labels }) =>
        Object.entries(spec.selector ?? {}).every(([key, value]) => labels[key] === value),
      );
      if (pods.length !== 1)
        return [`service ${metadata.name} selects the pods of ${pods.length} Deployments`];
      return (spec.ports as { targetPort: string }[])
        .filter(({ targetPort }) => !pods[0]?.main.ports?.some((one) => one.name === targetPort))
        .map(({ targetPort }) => `service ${metadata.name} sends to a port that is not there: ${targetPort}`);
    }),
  ],
};

export const secrets: Rule = {
  name: 'secrets',
  check: (manifests) => [
    ...ofKind(manifests, 'Secret').map(
      ({ metadata }) => `${metadata.name}: secrets are not kept in manifests`,
    ),
    ...ofKind(manifests, 'ConfigMap').flatMap(({ metadata, data = {} }) =>
      Object.entries(data).flatMap(([key, value]) => plain(`configuration ${metadata.name}`, key, value)),
    ),
    ...workloads(manifests).flatMap(({ name, pod }) =>
      containersOf(pod).flatMap((container) => [
        ...(container.env ?? []).flatMap(({ name: key, value }) => plain(name, key, value)),
        ...(container.env ?? [])
          .map(({ valueFrom }) => valueFrom?.secretKeyRef?.name)
          .concat((container.envFrom ?? []).map(({ secretRef }) => secretRef?.name))
          .filter((secret) => secret !== undefined && !SECRETS.has(secret))
          .map((secret) => `${name} wants a secret that no page names: ${secret}`),
        ...(environmentOf(container, manifests).has('TERCET_REDIS_URL') &&
        !container.env?.some((one) => one.name === 'TERCET_REDIS_URL' && one.valueFrom?.secretKeyRef)
          ? [`${name} has the address of Redis, which may hold a password, outside a secret`]
          : []),
      ]),
    ),
  ],
};

function plain(where: string, key: string, value: string | undefined): string[] {
  if (value === undefined || value === '') return [];
  if (SECRET_NAME.test(key)) return [`${where}: ${key} stands in plain text`];
  return /:\/\/[^/\s@]+@/.test(value) ? [`${where}: ${key} has credentials in its address`] : [];
}

export const references: Rule = {
  name: 'references',
  check(manifests) {
    const names = (kind: string): Set<string> =>
      new Set(ofKind(manifests, kind).map(({ metadata }) => metadata.name));
    const [maps, claims] = [names('ConfigMap'), names('PersistentVolumeClaim')];
    const namespaces = new Set(
      manifests.map((one) => one.metadata.namespace).filter((one) => one !== undefined),
    );
    return [
      ...(namespaces.size === 1 ? [] : [`objects of several namespaces: ${[...namespaces].join(', ')}`]),
      ...workloads(manifests).flatMap(({ name, pod }) => {
        const wanted = containersOf(pod).flatMap((container) => [
          ...(container.envFrom ?? []).map(({ configMapRef }) => configMapRef?.name),
          ...(container.env ?? []).map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
        ]);
        const volumes: { name: string; persistentVolumeClaim?: { claimName: string } }[] =
          pod['volumes'] ?? [];
        const mounted = containersOf(pod).flatMap((one) => (one['volumeMounts'] ?? []) as { name: string }[]);
        return [
          ...wanted
            .filter((one) => one !== undefined && !maps.has(one))
            .map((one) => `${name} reads a configuration that is not there: ${one}`),
          ...volumes
            .map(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName)
            .filter((one) => one !== undefined && !claims.has(one))
            .map((one) => `${name} mounts a claim that is not there: ${one}`),
          ...mounted
            .filter((one) => !volumes.some((volume) => volume.name === one.name))
            .map((one) => `${name} mounts a volume that is not there: ${one.name}`),
        ];
      }),
      ...[...ofKind(manifests, 'GRPCRoute'), ...ofKind(manifests, 'HTTPRoute')].flatMap(
        ({ metadata, spec }) =>
          (spec.rules as { backendRefs: { name: string; port: number }[] }[])
            .flatMap((rule) => rule.backendRefs)
            .filter(
              ({ name, port }) =>
                !ofKind(manifests, 'Service').some(
                  (one) =>
                    one.metadata.name === name &&
                    one.spec.ports.some((each: { port: number }) => each.port === port),
                ),
            )
            .map(({ name }) => `route ${metadata.name} leads nowhere: ${name}`),
      ),
    ];
  },
};
