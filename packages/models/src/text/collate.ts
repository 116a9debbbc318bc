/** An int64 tensor, row-major. */
export interface Int64Tensor {
  readonly type: 'int64';
  readonly data: BigInt64Array;
  readonly dims: readonly [number, number];
}

/** The inputs of a BERT-style text model: both [rows, longest row]. */
export interface TokenBatch {
  readonly input_ids: Int64Tensor;
  readonly attention_mask: Int64Tensor;
}

/** Pads rows of token ids on the right to the longest of them; the mask is 1 on real tokens. */
export function collateTokens(rows: readonly (readonly number[])[], padId: number): TokenBatch {
  const longest = rows.reduce((length, row) => Math.max(length, row.length), 0);
  const ids = new BigInt64Array(rows.length * longest).fill(BigInt(padId));
  const mask = new BigInt64Array(rows.length * longest);
  rows.forEach((row, index) => {
    row.forEach((id, position) => {
      ids[index * longest + position] = BigInt(id);
      mask[index * longest + position] = 1n;
    });
  });
  const dims = [rows.length, longest] as const;
  return {
    input_ids: { type: 'int64', data: ids, dims },
    attention_mask: { type: 'int64', data: mask, dims },
  };
}
