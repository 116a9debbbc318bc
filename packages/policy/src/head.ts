import type { LinearEntry, SignalEntry, VectorEntry } from './head-manifest.js';

/** A head, with its weights where it reads vectors. */
export type Head = VectorHead | { readonly entry: SignalEntry };

export interface VectorHead {
  readonly entry: VectorEntry;
  /** In the order that the entry's kind names. */
  readonly weights: Float32Array;
}

export interface LinearHead extends VectorHead {
  readonly entry: LinearEntry;
}

/** Elements that a head reads of one window. */
export function inputsOf({ dimension, beside }: VectorEntry): number {
  return dimension + (beside?.dimension ?? 0);
}

export function isLinear(head: Head): head is LinearHead {
  return head.entry.kind === 'linear';
}
