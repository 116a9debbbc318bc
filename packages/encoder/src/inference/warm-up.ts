import type { Modality, PartInput, RunModel } from '../modality.js';
import { isPrepared } from './is-prepared.js';

/** Runs the modality's own samples, one by one and as one batch, as real parts would be. */
export async function warmUp<Prepared>(
  modality: Modality<Prepared>,
  samples: readonly PartInput[],
  run: RunModel,
): Promise<void> {
  const batch: Prepared[] = [];
  for (const sample of samples) {
    const prepared = await modality.prepare(sample, new AbortController().signal);
    if (isPrepared(prepared)) batch.push(prepared);
  }
  for (const prepared of batch) await modality.embed([prepared], run);
  if (batch.length > 1) await modality.embed(batch, run);
}
