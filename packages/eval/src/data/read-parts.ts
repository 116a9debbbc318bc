import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InvalidInputError } from '@tercet/kit';
import type { DataLine, DataPart } from './parse-line.js';
import type { FullPart } from './pipeline.js';

/**
 * Gives a line's parts their content: text as it stands, files from the folder of the data.
 * @param declaresLanguage whether the line's language is handed on as upstream's word; else it is detected.
 * @throws InvalidInputError `content_missing` where a file cannot be read.
 */
export function readParts(line: DataLine, folder: string, declaresLanguage: boolean): Promise<FullPart[]> {
  const language = declaresLanguage ? line.lang : '';
  return Promise.all(
    line.parts.map(async ({ id, modality, content }) => {
      if ('file' in content)
        return { id, modality, language, content: await readContent(content.file, folder) };
      // Bytes go into a part of another modality, whatever they are: its encoder says what it makes of them.
      const isText = modality === 'text';
      return { id, modality, language, content: isText ? content : { bytes: Buffer.from(content.text) } };
    }),
  );
}

async function readContent(
  file: string,
  folder: string,
): Promise<Extract<FullPart['content'], { bytes: Uint8Array }>> {
  try {
    return { bytes: await readFile(resolve(folder, file)) };
  } catch (cause) {
    throw new InvalidInputError('content_missing', `${file} cannot be read`, { cause });
  }
}

/** Modalities of a line's parts, sorted, joined by `+`. */
export function modalitiesOf(parts: readonly DataPart[]): string {
  return [...new Set(parts.map(({ modality }) => modality))].sort().join('+');
}
