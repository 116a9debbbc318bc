import type { RunModel } from '@tercet/encoder/authoring';
import type { Raster } from '@tercet/image';
import { LINE_HEIGHT } from './recognise.js';
import { scaleRaster } from './resample.js';
import { onlyOutput, writePlanes } from './tensors.js';

/** Width of what the classifier looks at, in pixels; a longer line is seen by its beginning. */
const WIDTH = 192;

/** How probably a line stands on its head, 0..1: `x` [1, 3, 48, 192] -> [upright, turned]. */
export async function turnedProbability(line: Raster, run: RunModel): Promise<number> {
  const width = Math.min(WIDTH, line.width);
  const squeezed = scaleRaster(line, width, LINE_HEIGHT);
  const data = new Float32Array(3 * LINE_HEIGHT * WIDTH);
  writePlanes(data, 0, squeezed, WIDTH, LINE_HEIGHT);
  const outputs = await run('turn', { x: { type: 'float32', data, dims: [1, 3, LINE_HEIGHT, WIDTH] } });
  return onlyOutput(outputs).data[1] ?? 0;
}
