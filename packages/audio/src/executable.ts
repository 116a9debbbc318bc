import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { ConfigError } from '@tercet/kit';

/**
 * Finds a program as a shell would: an absolute path as it is, a bare name in the folders of `searchPath`.
 * @throws ConfigError where there is none that may be run, so that a missing decoder ends the process at its start.
 */
export function findExecutable(program: string, searchPath: string): string {
  const candidates = isAbsolute(program)
    ? [program]
    : searchPath
        .split(delimiter)
        .filter(isAbsolute)
        .map((folder) => join(folder, program));
  const found = candidates.find(isExecutable);
  if (found === undefined)
    throw new ConfigError(`TERCET_FFMPEG: no program ${program} found; install ffmpeg or name its path`);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Absent, or not for us to run: the caller tells which program is missing.
    return false;
  }
}
