import type { RunModel } from '@tercet/encoder/authoring';
import type { Raster } from '@tercet/image';
import { scaleBox } from './geometry.js';
import { cropRaster, scaleRaster } from './resample.js';
import { onlyOutput, writePlanes } from './tensors.js';
import { type BoxRules, findTextBoxes, type TextBox } from './text-boxes.js';
import { coverWithTiles } from './tiles.js';

/** The detector halves a picture five times. */
const MULTIPLE = 32;

/** As PaddleOCR publishes them for the model. */
export const BOX_RULES: BoxRules = {
  pixelThreshold: 0.3,
  boxThreshold: 0.5,
  unclipRatio: 1.6,
  minSide: 3,
  maxBoxes: 300,
};

/**
 * Finds text: `x` [1, 3, H, W] -> a map of probabilities [1, 1, H, W]. A large picture is seen in tiles whose maps are
 * put together, so that a line across them is one line and memory does not grow with the picture.
 * @param scale the detector sees the picture that many times as large.
 * @returns boxes in pixels of the picture.
 */
export async function detectText(picture: Raster, scale: number, run: RunModel): Promise<TextBox[]> {
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const seen = scaleRaster(picture, width, height);
  const whole = new Float32Array(width * height);
  for (const across of coverWithTiles(width)) {
    for (const down of coverWithTiles(height)) {
      const tile = cropRaster(seen, across.start, down.start, across.end, down.end);
      const { map, columns } = await mapOf(tile, run);
      for (let y = down.coreStart; y < down.coreEnd; y += 1) {
        const from = (y - down.start) * columns - across.start;
        whole.set(map.subarray(from + across.coreStart, from + across.coreEnd), y * width + across.coreStart);
      }
    }
  }
  return findTextBoxes(whole, width, height, BOX_RULES).map(({ box, score }) => ({
    box: scaleBox(box, picture.width / width),
    score,
  }));
}

/** A tile's probabilities; rows of them are `columns` long, of which the tile fills the first. */
async function mapOf(tile: Raster, run: RunModel) {
  const columns = Math.ceil(tile.width / MULTIPLE) * MULTIPLE;
  const rows = Math.ceil(tile.height / MULTIPLE) * MULTIPLE;
  const data = new Float32Array(3 * columns * rows);
  writePlanes(data, 0, tile, columns, rows);
  const outputs = await run('detector', { x: { type: 'float32', data, dims: [1, 3, rows, columns] } });
  return { map: onlyOutput(outputs).data, columns };
}
