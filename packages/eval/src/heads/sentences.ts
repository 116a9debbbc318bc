import { readFile } from 'node:fs/promises';
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

/** Reads all sentences, in the order of the files. */
export async function readSentences(): Promise<Sentence[]> {
  const files = await Promise.all(
    SENTENCE_FILES.map(async (file) => {
      const content = await readFile(fileURLToPath(new URL(`${file}.jsonl`, FOLDER)), 'utf8');
      return content
        .split('\n')
        .filter((line) => line !== '')
        .map((line): Sentence => ({ ...(JSON.parse(line) as Omit<Sentence, 'file'>), file }));
    }),
  );
  return files.flat();
}
