import type { RunModel } from '@tercet/encoder/authoring';
import type { Raster } from '@tercet/image';
import { decodeCtc, type ReadChar } from './ctc.js';
import type { RotatedBox } from './geometry.js';
import { cutBox } from './resample.js';
import { onlyOutput, writePlanes } from './tensors.js';

/** Height of a line as the recogniser takes it, in pixels. */
export const LINE_HEIGHT = 48;
/** Widths are rounded up to it, so that lines share runs; what a line is padded with follows from it alone. */
const WIDTH_STEP = 64;
const MIN_WIDTH = 128;
/** A longer line is squeezed into it. */
const MAX_WIDTH = 2048;
/** Lines of one run: more make the network no faster and its memory larger. */
const LINES_PER_RUN = 4;

/** A line to be read: a box, and the quarter turns that bring it upright. */
export interface LineView {
  readonly box: RotatedBox;
  readonly quarters: number;
}

/** Cuts a view out of a picture, `LINE_HEIGHT` high. */
export function cutLine(picture: Raster, { box, quarters }: LineView): Raster {
  const [along, across] = quarters % 2 === 0 ? [box.width, box.height] : [box.height, box.width];
  const width = Math.ceil((LINE_HEIGHT * along) / across);
  return cutBox(picture, box, Math.min(MAX_WIDTH, Math.max(8, width)), LINE_HEIGHT, quarters);
}

/**
 * Reads lines: `x` [n, 3, 48, W] -> probabilities [n, steps, classes]. Answers in order; what is read in a line does not
 * depend on the others.
 * @param characters by class.
 */
export async function recogniseLines(
  lines: readonly Raster[],
  characters: readonly string[],
  run: RunModel,
): Promise<ReadChar[][]> {
  const read: ReadChar[][] = [];
  const byWidth = new Map<number, number[]>();
  lines.forEach(({ width }, index) => {
    const padded = Math.max(MIN_WIDTH, Math.ceil(width / WIDTH_STEP) * WIDTH_STEP);
    byWidth.set(padded, [...(byWidth.get(padded) ?? []), index]);
  });
  for (const [width, indices] of byWidth) {
    for (let at = 0; at < indices.length; at += LINES_PER_RUN) {
      const some = indices.slice(at, at + LINES_PER_RUN);
      const data = new Float32Array(some.length * 3 * LINE_HEIGHT * width);
      some.forEach((index, row) => {
        writePlanes(data, row, lines[index] as Raster, width, LINE_HEIGHT);
      });
      const dims = [some.length, 3, LINE_HEIGHT, width];
      const { data: output, dims: shape } = onlyOutput(
        await run('recogniser', { x: { type: 'float32', data, dims } }),
      );
      const steps = shape[1] ?? 0;
      some.forEach((index, row) => {
        read[index] = decodeCtc(output, row * steps * characters.length, steps, characters);
      });
    }
  }
  return read;
}
