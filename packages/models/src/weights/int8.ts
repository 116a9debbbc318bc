/**
 * Weights are held to 7 bits. Without VNNI, x86 multiplies unsigned 8-bit activations by signed 8-bit weights in
 * pairs whose sum saturates at 2^15 - 1; 2 * 255 * 64 = 32,640 stays below it, so every CPU gives the same integers.
 */
export const MAX_WEIGHT = 64;

/** A matrix [rows, columns] as `values * scales[column]`. */
export interface QuantisedMatrix {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

/** Symmetric quantisation with one scale per column; `weights` is row-major [rows, columns]. */
export function quantiseColumns(weights: Float32Array, rows: number, columns: number): QuantisedMatrix {
  const scales = new Float32Array(columns);
  for (let index = 0; index < rows * columns; index += 1) {
    const column = index % columns;
    scales[column] = Math.max(scales[column] as number, Math.abs(weights[index] as number));
  }
  for (let column = 0; column < columns; column += 1) {
    scales[column] = Math.max(scales[column] as number, Number.EPSILON) / MAX_WEIGHT;
  }
  const values = new Int8Array(rows * columns);
  for (let index = 0; index < values.length; index += 1) {
    values[index] = Math.round((weights[index] as number) / (scales[index % columns] as number));
  }
  return { values, scales };
}

/** For each column, the sum of its dequantised weights. */
export function columnSums(matrix: QuantisedMatrix): Float32Array {
  const columns = matrix.scales.length;
  const sums = new Float64Array(columns);
  for (let index = 0; index < matrix.values.length; index += 1) {
    sums[index % columns] = (sums[index % columns] as number) + (matrix.values[index] as number);
  }
  return Float32Array.from(sums, (sum, column) => sum * (matrix.scales[column] as number));
}

/** Row-major [rows, columns] to row-major [columns, rows]. */
export function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      out[column * rows + row] = values[row * columns + column] as number;
    }
  }
  return out;
}
