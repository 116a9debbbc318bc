import type { RunModel } from '@tercet/encoder/authoring';
import { BugError } from '@tercet/kit';
import { collateTokens } from '@tercet/models';
import { planRuns } from './runs.js';

/**
 * Embeds token rows in runs, each padded to its own longest row. Answers in the given order.
 * Model: `input_ids` and `attention_mask` [rows, longest] -> one tensor [rows, dimension] of unit length.
 * @param slot the model's slot name as `run` takes it.
 */
export async function embedRows(
  rows: readonly (readonly number[])[],
  padId: number,
  slot: string,
  run: RunModel,
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = new Array(rows.length);
  for (const indices of planRuns(rows.map(({ length }) => length))) {
    const { input_ids, attention_mask } = collateTokens(
      indices.map((index) => rows[index] ?? []),
      padId,
    );
    const [output, ...more] = Object.values(await run(slot, { input_ids, attention_mask }));
    if (!(output?.data instanceof Float32Array) || more.length > 0)
      throw new BugError(`${slot} answers something other than one float tensor`);
    const dimension = output.data.length / indices.length;
    for (const [row, index] of indices.entries())
      vectors[index] = output.data.slice(row * dimension, (row + 1) * dimension);
  }
  return vectors;
}
