import type { RunModel } from '@tercet/encoder/authoring';
import { BugError } from '@tercet/kit';
import { collateTokens } from '@tercet/models';

/** Padded tokens of one run: what stays in a core's cache; measured, longer runs cost more a token. */
const MAX_RUN_TOKENS = 512;

/**
 * Embeds token rows: sorted by length, cut into runs, each padded to its own longest row. Answers in the given order.
 * Model: `input_ids` and `attention_mask` [rows, longest] -> one tensor [rows, dimension] of unit length.
 * @param slot the model's slot name as `run` takes it.
 */
export async function embedRows(
  rows: readonly (readonly number[])[],
  padId: number,
  slot: string,
  run: RunModel,
): Promise<Float32Array[]> {
  const order = rows.map((_, index) => index).sort((a, b) => (rows[a]?.length ?? 0) - (rows[b]?.length ?? 0));
  const vectors: Float32Array[] = new Array(rows.length);
  for (const indices of intoRuns(order, rows)) {
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

/** Groups indices, ascending by length, so that no run has more padded tokens than the limit. */
function intoRuns(order: readonly number[], rows: readonly (readonly number[])[]): number[][] {
  const runs: number[][] = [];
  let current: number[] = [];
  for (const index of order) {
    const longest = rows[index]?.length ?? 0;
    if (current.length > 0 && longest * (current.length + 1) > MAX_RUN_TOKENS) {
      runs.push(current);
      current = [];
    }
    current.push(index);
  }
  if (current.length > 0) runs.push(current);
  return runs;
}
