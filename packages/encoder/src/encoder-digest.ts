import { createHash } from 'node:crypto';
import type { ModelRef } from '@tercet/contracts';

/**
 * Identity of an encoder as a whole: lower-case hex sha256 over its modality, its models' digests by slot and its
 * settings. Two encoders of one digest give one part the same vectors, up to the last bits of a float.
 */
export function encoderDigest(
  modality: string,
  models: Readonly<Record<string, ModelRef>>,
  settings: unknown,
): string {
  const slots = Object.entries(models).map(([slot, { digest }]) => [slot, digest] as const);
  slots.sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([modality, slots, sorted(settings)]))
    .digest('hex');
}

/** The same value with the fields of every object in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}
