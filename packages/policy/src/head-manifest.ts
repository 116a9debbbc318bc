import { z } from 'zod';

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'lower-case hex sha256');
const name = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9][a-z0-9._/-]*$/, 'lower-case letters, digits and . _ / -');
const finite = z.number().refine(Number.isFinite, { message: 'not finite' });

const models = z
  .array(z.strictObject({ name: z.string(), version: z.string(), digest }))
  .min(1)
  .max(16);

const common = {
  name,
  category: name,
  modality: z.string().min(1).max(32),
  /** The only models whose output the head reads; several where they were measured to agree. */
  models,
  /** BCP 47 primary subtags that the head was trained for; empty: the head does not depend on language. */
  languages: z.array(z.string().min(2).max(8)).max(200),
  /** Platt scaling: p = sigmoid(scale * z + offset). */
  calibration: z.strictObject({ scale: finite.positive(), offset: finite }),
  /** Log-odds taken off the highest of k windows: min(max, per_log * ln k). */
  windows: z.strictObject({ per_log: z.number().min(0).max(1), max: z.number().min(0).max(2) }),
  /** Set where its models may be absent from a deployment: a part without them is then not covered, not unusable. */
  optional: z.literal(true).optional(),
  /** Path of the model card, from the head set's folder. */
  card: z.string().max(400),
};

const overVectors = {
  dimension: z.int().min(1).max(65536),
  /**
   * A second embedding of the same part, with one vector per vector of the first in the same order: its elements follow
   * those of the first, as they are. Without it in a record the head does not score.
   */
  beside: z.strictObject({ models, dimension: z.int().min(1).max(256) }).optional(),
  /** First element of the weights in the weights file, in binary32 elements. */
  weights_at: z.int().min(0),
  bias: finite,
};

/** z = w x + bias; w in the order of x. */
const linear = z.strictObject({ kind: z.literal('linear'), ...common, ...overVectors });

/**
 * One hidden layer: z = v tanh(W x + b) + bias. The weights file holds W row by row, one row per hidden unit, then b,
 * then v.
 */
const mlp = z.strictObject({
  kind: z.literal('mlp'),
  ...common,
  ...overVectors,
  hidden: z.int().min(1).max(16),
});

const signal = z.strictObject({
  kind: z.literal('signal'),
  ...common,
  /** z = logit(sum of weight * signal), or the sum itself. */
  signals: z
    .array(z.strictObject({ name: z.string().min(1), weight: finite }))
    .min(1)
    .max(64),
  transform: z.enum(['logit', 'identity']),
});

/** Shape of `manifest.json` of a head set. */
export const headManifestSchema = z.strictObject({
  format: z.literal(1),
  id: name,
  description: z.string().max(2000),
  /** Digest of the set, checked on loading. */
  digest,
  weights: z.strictObject({ file: z.string().regex(/^[a-z0-9._-]+$/), sha256: digest }),
  heads: z
    .array(z.discriminatedUnion('kind', [linear, mlp, signal]))
    .min(1)
    .max(256),
});

export type HeadManifest = z.infer<typeof headManifestSchema>;
export type HeadEntry = HeadManifest['heads'][number];
/** An entry of a head over vectors. */
export type VectorEntry = Exclude<HeadEntry, { kind: 'signal' }>;
export type LinearEntry = Extract<HeadEntry, { kind: 'linear' }>;
export type SignalEntry = Extract<HeadEntry, { kind: 'signal' }>;
