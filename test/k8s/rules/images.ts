import { containersOf, ofKind, workloads } from '../render/manifest.js';
import type { Rule } from './rule.js';

export const images: Rule = {
  name: 'images',
  check(manifests) {
    const all = workloads(manifests).flatMap(({ name, pod }) =>
      containersOf(pod).map((container) => ({ where: `${name}/${container.name}`, image: container.image })),
    );
    const parts = all.map(({ where, image }) => {
      const [, registry, tag, digest] =
        /^(.+)\/[^/:@]+(?::([^@]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(image) ?? [];
      return { where, image, registry, tag, digest };
    });
    const versions = new Set(parts.map(({ tag, digest }) => (digest ? 'digest' : tag)));
    const registries = new Set(parts.map(({ registry }) => registry));
    return [
      ...parts.flatMap(({ where, image, registry, tag, digest }) => {
        if (registry === undefined || !registry.includes('.'))
          return [`${where}: ${image} names no registry`];
        if (tag === 'latest' || (tag === undefined && digest === undefined))
          return [`${where}: ${image} is not pinned to a version`];
        return tag === 'unset' ? [`${where}: ${image} was not given a version`] : [];
      }),
      ...(versions.size > 1 ? [`images of several versions: ${[...versions].join(', ')}`] : []),
      ...(registries.size > 1 ? [`images of several registries: ${[...registries].join(', ')}`] : []),
    ];
  },
};

export const jobs: Rule = {
  name: 'jobs',
  check: (manifests) => [
    // A job's template is immutable: applied again with another image or configuration, it is refused.
    ...ofKind(manifests, 'Job').map(
      ({ metadata }) => `${metadata.name} could not be applied again after a change`,
    ),
    ...ofKind(manifests, 'CronJob').flatMap(({ metadata: { name }, spec }) => {
      const { backoffLimit, activeDeadlineSeconds, ttlSecondsAfterFinished } = spec.jobTemplate.spec;
      const found: string[] = [];
      if ([backoffLimit, activeDeadlineSeconds, ttlSecondsAfterFinished].includes(undefined))
        found.push(`${name} is not bounded in tries, time and life`);
      if (spec.suspend !== true || spec.concurrencyPolicy !== 'Forbid')
        found.push(`${name} would run without having been asked to, or twice at once`);
      return found;
    }),
  ],
};

export const gpu: Rule = {
  name: 'gpu',
  check: (manifests) =>
    workloads(manifests)
      .filter(({ kind }) => kind === 'Deployment')
      .flatMap(({ name, main, manifest }) => {
        const signs = {
          provider: main.env?.find((one) => one.name === 'TERCET_EXECUTION_PROVIDER')?.value === 'cuda',
          device: main.resources?.limits?.['nvidia.com/gpu'] !== undefined,
          image: /-cuda[:@]/.test(main.image),
        };
        const count = Object.values(signs).filter(Boolean).length;
        const found =
          count === 0 || count === 3 ? [] : [`${name} is half a GPU encoder: ${JSON.stringify(signs)}`];
        if (count > 0 && manifest.metadata.annotations?.['tercet.dev/tested'] !== 'not run on a GPU')
          found.push(`${name} does not say that it was not run on a GPU`);
        return found;
      }),
};
