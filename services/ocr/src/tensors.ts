import type { Tensor, Tensors } from '@tercet/encoder/authoring';
import type { Raster } from '@tercet/image';
import { BugError } from '@tercet/kit';

/**
 * A picture as PaddleOCR's models take it: planes blue, green, red, each (x / 255 - .5) / .5.
 * Writes one picture of a batch, at its place, into `data`; what it leaves is 0, which is mid grey.
 * @param stride columns of a row in `data`, at least the raster's.
 */
export function writePlanes(data: Float32Array, index: number, raster: Raster, stride: number, rows: number) {
  const plane = stride * rows;
  const first = index * 3 * plane;
  for (let y = 0; y < raster.height; y += 1) {
    for (let x = 0; x < raster.width; x += 1) {
      const from = (y * raster.width + x) * 3;
      const to = first + y * stride + x;
      data[to] = (raster.rgb[from + 2] ?? 0) / 127.5 - 1;
      data[to + plane] = (raster.rgb[from + 1] ?? 0) / 127.5 - 1;
      data[to + 2 * plane] = (raster.rgb[from] ?? 0) / 127.5 - 1;
    }
  }
}

/** The only output of a model, as floats. Throws BugError where it is anything else. */
export function onlyOutput(outputs: Tensors): { readonly data: Float32Array; readonly dims: Tensor['dims'] } {
  const [output, ...more] = Object.values(outputs);
  if (!(output?.data instanceof Float32Array) || more.length > 0)
    throw new BugError('an OCR model answers something else than one tensor of floats');
  return { data: output.data, dims: output.dims };
}
