import { readFile } from 'node:fs/promises';
import { UnavailableError } from '@tercet/kit';

/** Reads a file that the user holds. @throws UnavailableError `model_missing`. */
export async function readFileSource(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new UnavailableError(
      'model_missing',
      'a model file that the user holds is not there or cannot be read',
      {
        cause,
      },
    );
  }
}
