import type { ModelRef } from '@tercet/contracts';
import { type HeadEntry, type HeadManifest, headSetDigest, sha256Hex } from '@tercet/policy';
import { BESIDE } from './features.js';
import type { FittedHead } from './fit-head.js';
import { weightsOf } from './head-model.js';
import type { SignalHeadPlan } from './manifest.js';

/** Name of the weights file beside a head set's manifest. */
export const WEIGHTS_FILE = 'weights.f32';

/** A head set that others are added to. */
export interface BaseSet {
  readonly heads: readonly HeadEntry[];
  readonly weights: Uint8Array;
}

/** What a head set is laid out from. */
export interface SetParts {
  readonly id: string;
  readonly description: string;
  readonly fitted: readonly FittedHead[];
  readonly textModel: ModelRef;
  /** Elements of the text model's vectors. */
  readonly dimension: number;
  readonly signals: readonly { readonly plan: SignalHeadPlan; readonly model: ModelRef }[];
  /** Its heads stay, but for those whose name is made anew. */
  readonly base?: BaseSet | undefined;
}

/** Lays a head set out: its manifest and the bytes of its weights file. */
export function headSetDocument(parts: SetParts): { manifest: HeadManifest; weights: Uint8Array } {
  const { id, description, fitted, textModel, dimension, signals, base } = parts;
  const made = new Set([...fitted, ...signals].map(({ plan }) => plan.name));
  const entries: HeadEntry[] = (base?.heads ?? []).filter(({ name }) => !made.has(name));
  const first = (base?.weights.length ?? 0) / 4;
  const values: number[] = [];
  for (const { plan, model, calibration } of fitted) {
    const { name, version, digest } = BESIDE.ref;
    const common = {
      ...shared(plan, textModel),
      languages: [...plan.languages],
      calibration: { scale: shorten(calibration.scale), offset: shorten(calibration.offset) },
      dimension,
      ...(plan.lexicon
        ? { beside: { models: [{ name, version, digest }], dimension: BESIDE.dimension } }
        : {}),
      weights_at: first + values.length,
      bias: shorten(model.bias),
    };
    entries.push(
      plan.hidden === 0 ? { kind: 'linear', ...common } : { kind: 'mlp', ...common, hidden: plan.hidden },
    );
    for (const value of weightsOf(model)) values.push(value);
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
  const added = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    added.writeFloatLE(value, i * 4);
  });
  const weights = Buffer.concat([base?.weights ?? new Uint8Array(), added]);
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
