import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CELLS, keyOf } from './cells.js';
import { ErrorSum } from './character-errors.js';
import { randomOf } from './random.js';
import { renderText } from './render.js';
import { renderWithoutText, WITHOUT_TEXT } from './without-text.js';

/** Reads one picture's text; empty where it finds none. */
export type ReadPicture = (bytes: Uint8Array) => Promise<string>;

/** Pictures of each cell: 72 cells make 360 pictures. */
const PER_CELL = 5;
const PER_KIND = 13;

/** Shared pictures that do show text: a page of handwriting; a name tag and a patch with names. */
const SHOW_TEXT = new Set(['text.png', 'astronaut.png']);

export interface OcrFigures {
  readonly clean: ErrorSum;
  readonly all: ErrorSum;
  readonly cells: ReadonlyMap<string, ErrorSum>;
  readonly pictures: number;
  /** Name of each picture without text in which some was read. */
  readonly falseText: readonly string[];
  readonly withoutText: number;
}

/** Reads every picture, one after another. `shared` is the folder of shared data. */
export async function measureOcr(
  read: ReadPicture,
  seed: number,
  shared: string | undefined,
): Promise<OcrFigures> {
  const [clean, all] = [new ErrorSum(), new ErrorSum()];
  const cells = new Map<string, ErrorSum>();
  for (const [index, cell] of CELLS.entries()) {
    const own = new ErrorSum();
    for (let i = 0; i < PER_CELL; i += 1) {
      const { bytes, truth } = await renderText(cell, randomOf(seed * 7_919 + index * 101 + i));
      const text = await read(bytes);
      own.add(truth, text);
      if (cell.size >= 16) all.add(truth, text);
      if (cell.size >= 20 && cell.degradation === 'none') clean.add(truth, text);
    }
    cells.set(keyOf(cell), own);
  }
  const falseText: string[] = [];
  let withoutText = 0;
  for await (const { name, bytes } of picturesWithoutText(seed, shared)) {
    withoutText += 1;
    if ((await read(bytes)) !== '') falseText.push(name);
  }
  return { clean, all, cells, pictures: CELLS.length * PER_CELL, falseText, withoutText };
}

async function* picturesWithoutText(seed: number, shared: string | undefined) {
  for (const [index, kind] of WITHOUT_TEXT.entries()) {
    for (let i = 0; i < PER_KIND; i += 1) {
      const random = randomOf(seed * 6_271 + index * 103 + i + 1);
      yield { name: `${kind}-${i}`, bytes: await renderWithoutText(kind, random) };
    }
  }
  if (shared === undefined) return;
  const folder = join(shared, 'images/safe');
  for (const name of (await readdir(folder)).sort())
    if (/\.(png|jpg)$/.test(name) && !SHOW_TEXT.has(name))
      yield { name, bytes: await readFile(join(folder, name)) };
}
