import type { RunModel } from '@tercet/encoder/authoring';
import type { Raster } from '@tercet/image';
import { cornersOf } from './geometry.js';
import type { SeenLine } from './join-text.js';
import { keepText } from './keep-lines.js';
import { type PictureLine, readLines } from './picture-lines.js';
import { readingOrder } from './reading-order.js';
import { uniteLines } from './unite-lines.js';

/** Reads the text of one picture: rows in reading order. */
export async function readFrame(
  frame: Raster,
  characters: readonly string[],
  minConfidence: number,
  run: RunModel,
): Promise<SeenLine[][]> {
  const found = (await readLines(frame, characters, run)).map((line) => ({
    ...line,
    height: Math.min(line.box.width, line.box.height),
  }));
  const lines = uniteLines(keepText(found, minConfidence, Math.min(frame.width, frame.height)));
  const order = readingOrder(lines.map(({ box }) => box));
  return order.map((row) => row.map((index) => toSeen(lines[index] as PictureLine, frame)));
}

function toSeen({ text, confidence, box }: PictureLine, { width, height }: Raster): SeenLine {
  const within = (value: number): number => Math.min(1, Math.max(0, value));
  const corners = cornersOf(box).map(({ x, y }) => ({ x: within(x / width), y: within(y / height) }));
  return { text, confidence, corners };
}
