/** What put made of a record, by the letter that the Function answers. */
export const PUT_OUTCOMES = {
  k: 'known',
  o: 'opened',
  p: 'stored',
  c: 'completed',
  d: 'duplicate',
  s: 'stale',
  r: 'orphan',
  x: 'unexpected_part',
  l: 'late',
  t: 'too_late',
  y: 'replayed',
  v: 'review_accepted',
  w: 'stale_review',
  e: 'erasing',
  q: 'redecide_accepted',
  u: 'redecide_without_vectors',
  h: 'human_kept',
} as const;

/**
 * - `known`: at or below the applied offset; `replayed`: at or below the decision's applied offset.
 * - `stale`: of an older version; `orphan`: no such version was opened; `unexpected_part`: not in the manifest.
 * - `late`: makes a new revision; `too_late`: came after the decision, outside the late window.
 * - `human_kept`: would have changed what a human decided.
 */
export type PutOutcome = (typeof PUT_OUTCOMES)[keyof typeof PUT_OUTCOMES];
