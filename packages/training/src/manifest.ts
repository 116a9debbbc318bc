import { z } from 'zod';

const name = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9][a-z0-9._/-]*$/);
const path = z
  .string()
  .min(1)
  .max(400)
  .refine((value) => !value.startsWith('/') && !value.split('/').includes('..'), {
    message: 'a relative path inside its root',
  });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const calibrationShape = z.strictObject({ scale: z.number().positive(), offset: z.number() });
const windows = z
  .strictObject({ per_log: z.number().min(0).max(1), max: z.number().min(0).max(2) })
  .default({ per_log: 0.4, max: 1.5 });

const dataset = z.strictObject({
  /** `data`: the folder given to `tercet train --data`. `written`: beside the manifest. */
  root: z.enum(['data', 'written']),
  path,
  /** Checked where given. */
  sha256: sha256.optional(),
  format: z.enum(['csv', 'tsv', 'jsonl']),
  /** Column names of a file without a header row. */
  columns: z.array(z.string().min(1)).min(1).max(64).optional(),
  /** Column of the text. */
  text: z.string().min(1),
  /** `tweet`: HTML entities are decoded and a leading `RT @name:` goes; these are traces of collection. */
  clean: z.enum(['none', 'tweet']).default('none'),
  /** The authors' own split; without it rows are split by a hash of their text. */
  split: z
    .strictObject({
      column: z.string(),
      train: z.array(z.string()),
      calibration: z.array(z.string()),
      test: z.array(z.string()),
    })
    .optional(),
  licence: z.string().min(1).max(200),
  attribution: z.string().min(1).max(600),
  warning: z.string().max(1000).optional(),
  /** A benchmark: its rows are trained on but appear in no figure. */
  benchmark: z.boolean().default(false),
  /** Harmless rows near to harm: evaluation also trains without them, to show what they are worth. */
  hard: z.boolean().default(false),
});

/** Column to allowed values; every column must match. Without it: all rows. */
export const where = z.record(z.string(), z.array(z.string())).default({});

const source = z.strictObject({
  dataset: name,
  role: z.enum(['positive', 'negative']),
  where,
  /** Weight of each row beside the rows of other sources of the same role. */
  weight: z.number().positive().max(1000).default(1),
  /** At most this many rows, chosen by a hash of their text. */
  limit: z.int().positive().optional(),
});

const cardNotes = z.strictObject({
  title: z.string().min(1).max(200),
  purpose: z.string().max(4000),
  failures: z.array(z.string().max(1000)).min(1).max(40),
  must_not: z.array(z.string().max(1000)).min(1).max(40),
});

const trainedHead = z.strictObject({
  name,
  /** Head that it repeats on another text model. */
  variant_of: name.optional(),
  category: name,
  modality: z.string().min(1).max(32),
  languages: z.array(z.string()),
  /** Share of positives that the probability is calibrated for. */
  prior: z.number().positive().max(0.5),
  /** L2 penalty: mean weighted loss + l2 / 2 * |w|^2. */
  l2: z.number().positive(),
  /** Whether the head reads what word lists say of a text beside its embedding. */
  lexicon: z.boolean().default(false),
  /** Units of a hidden layer; 0: the head is linear. */
  hidden: z.int().min(0).max(16).default(0),
  windows,
  sources: z.array(source).min(2).max(64),
  card: cardNotes,
});

const signalHead = z.strictObject({
  name,
  category: name,
  modality: z.string().min(1).max(32),
  /** Name in the models' lock file. */
  model: z.string().min(1),
  signals: z
    .array(z.strictObject({ name: z.string(), weight: z.number() }))
    .min(1)
    .max(64),
  transform: z.enum(['logit', 'identity']),
  calibration: calibrationShape,
  windows,
  /** Its model may be absent from a deployment. */
  optional: z.literal(true).optional(),
  card: cardNotes,
});

/** Shape of a training manifest: what is trained on what. */
export const trainingManifestSchema = z.strictObject({
  format: z.literal(1),
  id: name,
  description: z.string().max(2000),
  /** Name of the text model in the models' lock file. */
  encoder: z.string().min(1),
  datasets: z.record(name, dataset),
  heads: z.array(trainedHead).max(64),
  signal_heads: z.array(signalHead).max(64).default([]),
  /** Sentences of our own that no head is trained on: lines of `kind` and `text`. */
  check: z
    .strictObject({
      path,
      /** What a reader must know of these figures. */
      note: z.string().max(1000).optional(),
    })
    .optional(),
  /** Groups of rows whose share above each threshold a card states, less what the head was trained on. */
  probes: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(200),
        dataset: name,
        where,
        /** Only rows that hold one of these words. */
        words: z.array(z.string().min(1)).min(1).max(64).optional(),
        limit: z.int().positive().default(2000),
      }),
    )
    .max(32)
    .default([]),
});

/** Changes to the heads of another manifest, which are trained on the same rows by another text model. */
const variant = z.strictObject({
  /** Behind each head's name, after a hyphen. */
  suffix: name,
  /** By head; a head that is not named here has no such variant. */
  languages: z.record(name, z.array(z.string()).min(1)),
  lexicon: z.boolean().optional(),
  /** Further rows of every head. */
  sources: z.array(source).max(16).default([]),
  /** By head. */
  l2: z.record(name, z.number().positive()).default({}),
  card: z.strictObject({
    /** Behind each title, in brackets. */
    title: z.string().min(1).max(100),
    /** Before each purpose. */
    purpose: z.string().max(1000),
    failures: z.array(z.string().max(1000)).max(40),
  }),
});

/** Shape of a manifest that takes datasets, heads, check and probes from the one beside it. */
export const extendingManifestSchema = z.strictObject({
  format: z.literal(1),
  id: name,
  description: z.string().max(2000),
  encoder: z.string().min(1),
  extends: path,
  /** Beside those of the other manifest. */
  datasets: z.record(name, dataset).default({}),
  variants: z.array(variant).min(1).max(8),
});

export type ExtendingManifest = z.infer<typeof extendingManifestSchema>;
export type TrainingManifest = z.infer<typeof trainingManifestSchema>;
export type DatasetEntry = TrainingManifest['datasets'][string];
export type TrainedHeadPlan = TrainingManifest['heads'][number];
export type SignalHeadPlan = TrainingManifest['signal_heads'][number];
export type CardNotes = z.infer<typeof cardNotes>;
