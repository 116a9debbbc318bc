import type { Manifest } from '../render/manifest.js';

/** One thing that must hold for every overlay. */
export interface Rule {
  /** How a finding is named. */
  readonly name: string;
  /** What is wrong, a line for each; none where it holds. */
  check(manifests: readonly Manifest[]): string[];
}
