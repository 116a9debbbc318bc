import { readFile } from 'node:fs/promises';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { where } from '../manifest.js';
import { TrainingError } from '../training-error.js';

const rowsOf = z.strictObject({ dataset: z.string().min(1), where });

const evaluationPlanSchema = z.strictObject({
  format: z.literal(1),
  /** A head is trained without a data set and judged on it: positives and negatives of that same source. */
  leave_one_out: z.array(
    z.strictObject({
      head: z.string().min(1),
      name: z.string().min(1),
      dataset: z.string().min(1),
      positive: where,
      negative: where,
      goal: z.number().min(0).max(1),
    }),
  ),
  /** Folds inside the sources of a head, against negatives of one register. */
  folds: z.array(
    z.strictObject({
      head: z.string().min(1),
      name: z.string().min(1),
      folds: z.int().min(2).max(20),
      positive: z.array(rowsOf).min(1),
      negative: z.array(rowsOf).min(1),
    }),
  ),
});

/** What is measured of heads beyond their own test split. */
export type EvaluationPlan = z.infer<typeof evaluationPlanSchema>;

/** Reads an evaluation plan (YAML). @throws TrainingError with the path of what is wrong. */
export async function readEvaluationPlan(file: string): Promise<EvaluationPlan> {
  const parsed = evaluationPlanSchema.safeParse(parseYaml(await readFile(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new TrainingError(`${file} ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a plan'}`);
}
