import { open } from 'node:fs/promises';
import { type DataLine, parseLine } from './parse-line.js';

/** A line of the file by its number, from 1, and what is in it. */
export interface NumberedLine {
  readonly number: number;
  readonly read: DataLine | { readonly problem: string };
}

/** Reads a file line by line; blank lines are none. A second line with one id is a problem: results are told apart by it. */
export async function* readLines(path: string): AsyncGenerator<NumberedLine> {
  await using file = await open(path);
  const seen = new Set<string>();
  let number = 0;
  for await (const text of file.readLines()) {
    number += 1;
    if (text.trim() === '') continue;
    const read = parseLine(text.replace(/^\ufeff/, ''));
    if ('problem' in read) yield { number, read };
    else if (seen.has(read.id)) yield { number, read: { problem: `the id ${read.id} came before` } };
    else {
      seen.add(read.id);
      yield { number, read };
    }
  }
}
