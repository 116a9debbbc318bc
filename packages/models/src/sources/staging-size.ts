import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** How often a download in progress is looked at. */
export const PROGRESS_EVERY_MS = 500;

/** Bytes of the largest file in a folder: the archive, while its client downloads it and when it is there. */
export async function largestFile(folder: string): Promise<number> {
  let largest = 0;
  try {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) largest = Math.max(largest, (await stat(join(entry.parentPath, entry.name))).size);
    }
  } catch {
    // Files come and go while the client works: the next look tells more.
  }
  return largest;
}
