import type { RunModel } from '@tercet/encoder/authoring';
import type { Raster } from '@tercet/image';
import { turnedProbability } from './classify-turn.js';
import { confidenceOf, type ReadChar } from './ctc.js';
import { detectText } from './detect.js';
import type { RotatedBox } from './geometry.js';
import { cutLine, type LineView, recogniseLines } from './recognise.js';
import { scalesFor } from './scales.js';
import { spell } from './spell.js';

/** One line of text in a picture. */
export interface PictureLine {
  readonly text: string;
  readonly confidence: number;
  /** In pixels of the picture. */
  readonly box: RotatedBox;
}

/** Taller than it is wide by this: read along its height too. */
const TALL = 1.5;
/** A tall box read with more than this is a line that runs downwards or upwards. */
const CERTAIN = 0.8;
/** Above this a line is read on its head too, and the reading that says more counts. */
const MAYBE_TURNED = 0.3;

/** Finds and reads the lines of one picture, in no order. */
export async function readLines(
  picture: Raster,
  characters: readonly string[],
  run: RunModel,
): Promise<PictureLine[]> {
  const lines: PictureLine[] = [];
  for (const scale of scalesFor(picture)) {
    const boxes = (await detectText(picture, scale, run)).map(({ box }) => box);
    lines.push(...(await readBoxes(picture, boxes, characters, run)));
  }
  return lines;
}

async function readBoxes(
  picture: Raster,
  boxes: readonly RotatedBox[],
  characters: readonly string[],
  run: RunModel,
): Promise<PictureLine[]> {
  const first = boxes.map((box): LineView => ({ box, quarters: isTall(box) ? 1 : 0 }));
  const rasters = first.map((view) => cutLine(picture, view));
  const best = await recogniseLines(rasters, characters, run);
  const again: { readonly at: number; readonly view: LineView }[] = [];
  for (const [at, view] of first.entries()) {
    // A line on its head is at times read as a few characters that are certain, so that confidence does not tell.
    const turned = (await turnedProbability(rasters[at] as Raster, run)) > MAYBE_TURNED;
    if (turned) again.push({ at, view: { ...view, quarters: view.quarters + 2 } });
    if (!isTall(view.box) || confidenceOf(best[at] ?? []) > CERTAIN) continue;
    // A single upright letter is tall too.
    again.push({ at, view: { ...view, quarters: 0 } });
  }
  const reread = await recogniseLines(
    again.map(({ view }) => cutLine(picture, view)),
    characters,
    run,
  );
  reread.forEach((line, index) => {
    const { at } = again[index] as (typeof again)[number];
    if (saidBy(line) > saidBy(best[at] ?? [])) best[at] = line;
  });
  return boxes.map((box, at) => {
    const chars = best[at] ?? [];
    return { text: spell(chars), confidence: confidenceOf(chars), box };
  });
}

/** How much was read: characters, each by the square of its probability, so that many doubtful ones say little. */
function saidBy(chars: readonly ReadChar[]): number {
  return chars.reduce((sum, { confidence }) => sum + confidence ** 2, 0);
}

function isTall({ width, height }: RotatedBox): boolean {
  return height >= TALL * width;
}
