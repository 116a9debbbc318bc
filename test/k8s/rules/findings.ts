import type { Manifest } from '../render/manifest.js';
import type { Schemas } from '../schema/schemas.js';
import { RULES } from './all-rules.js';

/** Everything that is wrong with an overlay, each line with the name of what found it. */
export function findingsOf(manifests: readonly Manifest[], schemas: Schemas): string[] {
  return [
    ...manifests.flatMap((manifest) => schemas.findings(manifest).map((line) => `schema: ${line}`)),
    ...RULES.flatMap((rule) => rule.check(manifests).map((line) => `${rule.name}: ${line}`)),
  ];
}
