import { ahead, type RunModel } from '@tercet/encoder/authoring';
import { BugError } from '@tercet/kit';
import { collateTokens } from '@tercet/models';
import { planRuns } from './runs.js';

/** A row's place among those given, and its vector. */
export interface EmbeddedRow {
  readonly row: number;
  readonly vector: Float32Array;
}

/**
 * Embeds token rows in runs, each padded to its own longest row. Gives each run's rows as it ends, the shortest first.
 * Model: `input_ids` and `attention_mask` [rows, longest] -> one tensor [rows, dimension] of unit length.
 * @param slot the model's slot name as `run` takes it.
 */
export async function* embedRows(
  rows: readonly (readonly number[])[],
  padId: number,
  slot: string,
  run: RunModel,
): AsyncGenerator<EmbeddedRow> {
  const runs = planRuns(rows.map(({ length }) => length));
  const answers = ahead(runs, async (indices) => {
    const tokens = collateTokens(
      indices.map((index) => rows[index] ?? []),
      padId,
    );
    return { indices, outputs: await run(slot, { ...tokens }) };
  });
  for await (const { indices, outputs } of answers) {
    const [output, ...more] = Object.values(outputs);
    if (!(output?.data instanceof Float32Array) || more.length > 0)
      throw new BugError(`${slot} answers something other than one float tensor`);
    const dimension = output.data.length / indices.length;
    for (const [at, row] of indices.entries())
      yield { row, vector: output.data.slice(at * dimension, (at + 1) * dimension) };
  }
}
