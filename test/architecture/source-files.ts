import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface SourceFile {
  /** Relative to the repository. */
  readonly path: string;
  readonly absolute: string;
}

/** Files that git tracks or would track, generated and ignored ones left out. */
export function projectFiles(): SourceFile[] {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root });
  return list
    .toString()
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(root, path)))
    .map((path) => ({ path, absolute: join(root, path) }));
}

/** TypeScript and JavaScript of ours. */
export function sourceFiles(): SourceFile[] {
  return projectFiles().filter(({ path }) => /\.(ts|tsx|mts|mjs|js)$/.test(path));
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;

/** Module specifiers that a file imports or re-exports, types included. */
export function importsOf(file: SourceFile): string[] {
  return [...readFileSync(file.absolute, 'utf8').matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '');
}

/** Name of our package that a specifier enters; undefined for others. */
export function ours(specifier: string): string | undefined {
  return /^@tercet\/([^/]+)/.exec(specifier)?.[1];
}

/** Workspace that a file belongs to; undefined for files at the root. */
export function workspaceOf(path: string): { name: string; isService: boolean } | undefined {
  const match =
    /^(?:packages|services)\/([^/]+)\//.exec(path) ??
    /^deploy\/local\/(broker)\//.exec(path) ??
    /^deploy\/(local)\//.exec(path) ??
    /^test\/(harness|chaos)\//.exec(path) ??
    /^(test|bench)\//.exec(path);
  const name = match?.[1];
  if (name === undefined) return undefined;
  return { name: name === 'broker' ? 'local-broker' : name, isService: path.startsWith('services/') };
}
