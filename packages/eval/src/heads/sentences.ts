import { readdir, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('../../../../test/quality/sentences/', import.meta.url);

/** Files of sentences that heads are judged on, and never trained, tuned or chosen on. */
export const SENTENCE_FILES = ['nuance', 'support', 'identity', 'harmful'] as const;
export type SentenceFile = (typeof SENTENCE_FILES)[number];

export interface Sentence {
  readonly file: SentenceFile;
  readonly kind: string;
  readonly text: string;
  /** The category that it is an example of; null: harmless. */
  readonly label: string | null;
}

/** A sentence of another language. */
export interface LanguageSentence extends Omit<Sentence, 'file'> {
  readonly language: string;
}

/** Reads all English sentences, in the order of the files. */
export async function readSentences(): Promise<Sentence[]> {
  const files = await Promise.all(
    SENTENCE_FILES.map(async (file) => (await readLines(`${file}.jsonl`)).map((line) => ({ ...line, file }))),
  );
  return files.flat();
}

/** Reads the sentences of other languages, language by language. */
export async function readLanguageSentences(): Promise<LanguageSentence[]> {
  const names = (await readdir(new URL('languages/', FOLDER))).sort();
  const files = await Promise.all(
    names.map(async (name) => {
      const language = basename(name, '.jsonl');
      return (await readLines(`languages/${name}`)).map((line) => ({ ...line, language }));
    }),
  );
  return files.flat();
}

async function readLines(path: string): Promise<Omit<Sentence, 'file'>[]> {
  const content = await readFile(fileURLToPath(new URL(path, FOLDER)), 'utf8');
  return content
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Omit<Sentence, 'file'>);
}
