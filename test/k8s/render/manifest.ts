/** The parts of Kubernetes objects that the rules look at. Shapes are checked by the schemas, not by these types. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Labels;
    readonly annotations?: Labels;
  };
  // biome-ignore lint/suspicious/noExplicitAny: each kind has a spec of its own, and rules read several
  readonly spec: any;
  readonly data?: Labels;
  readonly automountServiceAccountToken?: boolean;
}

export type Labels = Readonly<Record<string, string>>;

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef?: { readonly name: string; readonly key: string };
    readonly configMapKeyRef?: { readonly name: string; readonly key: string };
  };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly {
    readonly configMapRef?: { readonly name: string };
    readonly secretRef?: { readonly name: string; readonly optional?: boolean };
  }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly resources?: { readonly requests?: Labels; readonly limits?: Labels };
  // biome-ignore lint/suspicious/noExplicitAny: probes, hooks and security context are read by path
  readonly [field: string]: any;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  // biome-ignore lint/suspicious/noExplicitAny: read by path
  readonly [field: string]: any;
}

/** A Deployment or CronJob with its pod. */
export interface Workload {
  readonly kind: string;
  readonly name: string;
  readonly manifest: Manifest;
  readonly labels: Labels;
  readonly pod: PodSpec;
  /** The one container that is no helper. */
  readonly main: Container;
}

export function ofKind(manifests: readonly Manifest[], kind: string): Manifest[] {
  return manifests.filter((one) => one.kind === kind);
}

export function workloads(manifests: readonly Manifest[]): Workload[] {
  return manifests
    .filter(({ kind }) => kind === 'Deployment' || kind === 'CronJob')
    .map((manifest) => {
      const { template } = manifest.kind === 'CronJob' ? manifest.spec.jobTemplate.spec : manifest.spec;
      const pod = template.spec as PodSpec;
      const main = pod.containers[0];
      if (main === undefined) throw new Error(`${manifest.metadata.name} has no container`);
      const labels = template.metadata?.labels ?? {};
      return { kind: manifest.kind, name: manifest.metadata.name, manifest, labels, pod, main };
    });
}

export function deployments(manifests: readonly Manifest[]): Workload[] {
  return workloads(manifests).filter(({ kind }) => kind === 'Deployment');
}

/** Every container of a pod, init containers first. */
export function containersOf(pod: PodSpec): Container[] {
  return [...(pod.initContainers ?? []), ...pod.containers];
}

/** Whether a label selector takes these labels. */
export function selects(
  selector: {
    readonly matchLabels?: Labels;
    readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
  },
  labels: Labels,
): boolean {
  const byLabel = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    byLabel &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'In') return value !== undefined && values.includes(value);
      if (operator === 'NotIn') return value === undefined || !values.includes(value);
      return operator === 'Exists' ? value !== undefined : value === undefined;
    })
  );
}

/** Plain variables of a container as the pod would see them: configuration maps resolved, secrets as `undefined`. */
export function environmentOf(
  container: Container,
  manifests: readonly Manifest[],
): Map<string, string | undefined> {
  const map = (name: string): Labels =>
    ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === name)?.data ?? {};
  const found = new Map<string, string | undefined>();
  for (const { configMapRef } of container.envFrom ?? [])
    if (configMapRef)
      for (const [key, value] of Object.entries(map(configMapRef.name))) found.set(key, value);
  for (const { name, value, valueFrom } of container.env ?? []) {
    const reference = valueFrom?.configMapKeyRef;
    found.set(name, reference ? map(reference.name)[reference.key] : value);
  }
  return found;
}
