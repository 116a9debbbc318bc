import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** Writes an overlay as an operator would, into a copy of `k8s`: another one with a component on top. Answers its folder. */
export function withComponent(k8s: string, overlay: string, component: string): string {
  const folder = join(k8s, 'overlays', `${overlay}-${component}`);
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'kustomization.yaml'),
    stringify({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: [`../${overlay}`],
      components: [`../../components/${component}`],
    }),
  );
  return folder;
}
