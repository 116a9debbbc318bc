import type { ModelRef } from '@tercet/contracts';
import { type HeadEntry, type HeadManifest, headSetDigest, sha256Hex } from '@tercet/policy';
import type { FittedHead } from './fit-head.js';
import type { SignalHeadPlan } from './manifest.js';

/** Name of the weights file beside a head set's manifest. */
export const WEIGHTS_FILE = 'weights.f32';

/** Lays a head set out: its manifest and the bytes of its weights file. */
export function headSetDocument(
  id: string,
  description: string,
  fitted: readonly FittedHead[],
  textModel: ModelRef,
  signals: readonly { readonly plan: SignalHeadPlan; readonly model: ModelRef }[],
): { manifest: HeadManifest; weights: Uint8Array } {
  const entries: HeadEntry[] = [];
  const values: number[] = [];
  for (const { plan, model, calibration } of fitted) {
    entries.push({
      kind: 'linear',
      ...shared(plan, textModel),
      languages: [...plan.languages],
      calibration: { scale: shorten(calibration.scale), offset: shorten(calibration.offset) },
      dimension: model.weights.length,
      weights_at: values.length,
      bias: shorten(model.bias),
    });
    values.push(...model.weights);
  }
  for (const { plan, model } of signals) {
    entries.push({
      kind: 'signal',
      ...shared(plan, model),
      languages: [],
      calibration: { ...plan.calibration },
      signals: plan.signals.map((signal) => ({ ...signal })),
      transform: plan.transform,
      ...(plan.optional ? { optional: true as const } : {}),
    });
  }
  const weights = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    weights.writeFloatLE(value, i * 4);
  });
  const digest = headSetDigest(entries, weights);
  return {
    manifest: {
      format: 1,
      id,
      description,
      digest,
      weights: { file: WEIGHTS_FILE, sha256: sha256Hex(weights) },
      heads: entries,
    },
    weights,
  };
}

function shared(plan: Pick<SignalHeadPlan, 'name' | 'category' | 'modality' | 'windows'>, model: ModelRef) {
  const { name, category, modality, windows } = plan;
  return {
    name,
    category,
    modality,
    models: [{ name: model.name, version: model.version, digest: model.digest }],
    windows: { ...windows },
    card: `../../cards/${name}.md`,
  };
}

/** Nine significant digits: more than binary32 holds, fewer than differ between two runs' last bits. */
function shorten(value: number): number {
  return Number(value.toPrecision(9));
}
