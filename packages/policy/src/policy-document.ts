import { ACTIONS, MODIFIERS } from '@tercet/contracts';
import { z } from 'zod';

const action = z.enum(ACTIONS);
const modifiers = z.array(z.enum(MODIFIERS)).max(MODIFIERS.length);
const probability = z.number().min(0).max(1);
const name = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9][a-z0-9._/-]*$/, 'lower-case letters, digits and . _ / -');
const expression = z.string().min(1).max(2000);

const levels = z
  .strictObject({
    flag: probability.optional(),
    review: probability.optional(),
    block: probability.optional(),
  })
  .superRefine((value, context) => {
    const given = [value.flag, value.review, value.block].filter((level) => level !== undefined);
    if (given.some((level, i) => i > 0 && level < (given[i - 1] ?? 0))) {
      context.addIssue({ code: 'custom', message: 'flag <= review <= block must hold' });
    }
  });

const levelModifiers = z.strictObject({
  flag: modifiers.optional(),
  review: modifiers.optional(),
  block: modifiers.optional(),
});

const override = z
  .strictObject({
    language: z.string().min(2).max(35).optional(),
    surface: z.string().min(1).max(64).optional(),
    thresholds: levels,
  })
  .refine((value) => value.language !== undefined || value.surface !== undefined, {
    message: 'names neither a language nor a surface',
  });

const category = z.strictObject({
  description: z.string().max(400).optional(),
  severity: z.int().min(0).max(7),
  thresholds: levels.default({}),
  modifiers: levelModifiers.default({}),
  overrides: z.array(override).max(64).default([]),
  raise_severity: z
    .array(z.strictObject({ name, when: expression, by: z.int().min(1).max(7) }))
    .max(16)
    .default([]),
});

const asked = z.strictObject({ action, modifiers: modifiers.default([]) });

/** An action per modality, with `default` for those that are not named. */
const perModality = z.record(z.string().min(1).max(32), action).refine((value) => 'default' in value, {
  message: 'misses `default`',
});

/** Shape of a policy file. docs/policy.md is its reference. */
export const policyDocumentSchema = z.strictObject({
  id: name,
  version: z.string().min(1).max(64),
  description: z.string().max(2000).optional(),
  categories: z.record(name, category).refine((value) => Object.keys(value).length <= 256, {
    message: 'more than 256 categories',
  }),
  combine: z.strictObject({ leak: z.number().min(0).max(0.5) }).default({ leak: 0.05 }),
  conflict: z
    .strictObject({ high: probability, low: probability, action })
    .refine((value) => value.low < value.high, { message: 'low < high must hold' })
    .default({ high: 0.8, low: 0.1, action: 'allow' }),
  uncertain: z
    .strictObject({ width: z.number().positive().max(20), at_least: probability, action })
    .default({ width: 0.5, at_least: 0.8, action: 'allow' }),
  incomplete: z.strictObject({ pending: asked, failed: asked, empty: asked, unusable: asked }),
  not_covered: perModality,
  languages: z.strictObject({
    served: z.array(z.string().min(2).max(35)).max(200).optional(),
    not_served: asked,
  }),
  truncated: perModality,
  /** Derived parts by suffix: `false` turns one off. Absent, not {}: what it adds changes no older policy's digest. */
  derived: z.record(z.string().min(1).max(16), z.boolean()).optional(),
  conditions: z
    .array(z.strictObject({ name, when: expression, action, modifiers: modifiers.default([]) }))
    .max(64)
    .default([]),
  condition_error: action.default('review'),
});

export type PolicyDocument = z.infer<typeof policyDocumentSchema>;
export type CategoryPolicy = PolicyDocument['categories'][string];
export type Levels = z.infer<typeof levels>;
