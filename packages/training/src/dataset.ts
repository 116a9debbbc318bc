import { parse as parseCsv } from 'csv-parse/sync';
import type { DatasetEntry } from './manifest.js';
import { TrainingError } from './training-error.js';

/** One labelled text; `columns` are the file's own. */
export interface Row {
  readonly text: string;
  readonly columns: Readonly<Record<string, string>>;
}

/** Reads a file's rows; rows without text are left out. Throws TrainingError where the text column is missing. */
export function readRows(name: string, entry: DatasetEntry, content: string): Row[] {
  const records = entry.format === 'jsonl' ? readJsonl(name, content) : readDelimited(name, entry, content);
  return records.flatMap((columns) => {
    const raw = columns[entry.text];
    if (raw === undefined) throw new TrainingError(`${name}: no column ${entry.text}`);
    const text = (entry.clean === 'tweet' ? cleanTweet(raw) : raw).replace(/\s+/g, ' ').trim();
    return text === '' ? [] : [{ text, columns }];
  });
}

/** Same for two texts that differ in case, punctuation or space only, so that repeats cannot straddle a split. */
export function textIdentity(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function readDelimited(name: string, entry: DatasetEntry, content: string): Record<string, string>[] {
  try {
    return parseCsv(content, {
      columns: entry.columns ?? true,
      delimiter: entry.format === 'tsv' ? '\t' : ',',
      // Tab-separated message collections quote nothing.
      quote: entry.format === 'tsv' ? false : '"',
      bom: true,
      relax_column_count: false,
      skip_empty_lines: true,
    });
  } catch (error) {
    // The parser's message may quote the row.
    throw new TrainingError(`${name}: not ${entry.format}`, { cause: error });
  }
}

function readJsonl(name: string, content: string): Record<string, string>[] {
  return content.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    try {
      const value: unknown = JSON.parse(line);
      if (value === null || typeof value !== 'object') throw new SyntaxError('not an object');
      return [Object.fromEntries(Object.entries(value).map(([key, member]) => [key, String(member)]))];
    } catch (error) {
      throw new TrainingError(`${name}: line ${i + 1} is not a JSON object`, { cause: error });
    }
  });
}

const NAMED_ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

function cleanTweet(text: string): string {
  return text
    .replace(/&(#\d{1,7}|[a-z]{2,6});/gi, (whole, entity: string) => {
      if (!entity.startsWith('#')) return NAMED_ENTITIES[entity.toLowerCase()] ?? whole;
      const code = Number(entity.slice(1));
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
    })
    .replace(/^"*(rt )?@\w+:?\s*/i, '');
}
