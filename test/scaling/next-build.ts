import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { REPOSITORY } from '@tercet/local';

/** A service as another build would have it. */
export interface NextBuild extends Disposable {
  /** Working directory of its process: `dist/main.js` lies here. */
  readonly folder: string;
}

/**
 * fusion with its own code and another version of the join's Redis Functions: `change` is made to the source of one of their
 * files; it must occur there once.
 */
export function makeNextFusion(file: string, change: readonly [from: string, to: string]): NextBuild {
  const root = newRoot();
  const library = join(root, 'packages/join-state');
  const service = join(root, 'services/fusion');
  copy(join(REPOSITORY, 'packages/join-state'), library, ['dist', 'redis-functions', 'package.json']);
  copy(join(REPOSITORY, 'services/fusion'), service, ['dist', 'package.json']);
  const path = join(library, 'redis-functions', file);
  const source = readFileSync(path, 'utf8');
  if (source.split(change[0]).length !== 2) throw new Error(`${file} does not hold ${change[0]} once`);
  writeFileSync(path, source.replace(change[0], change[1]));
  const own = join(service, 'node_modules/@tercet/join-state');
  rmSync(own);
  symlinkSync(library, own);
  return { folder: service, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

/** The dashboard with one migration more. */
export function makeNextDashboard(migration: string): NextBuild {
  const root = newRoot();
  const service = join(root, 'services/dashboard');
  copy(join(REPOSITORY, 'services/dashboard'), service, ['dist', 'migrations', 'web/dist', 'package.json']);
  writeFileSync(join(service, 'migrations/9999_next_build.sql'), migration);
  return { folder: service, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

const newRoot = (): string => join(REPOSITORY, '.run', `next-build-${process.pid}`);

/** Copies a package's files, and links what it imports to where it really lies. */
function copy(from: string, to: string, files: readonly string[]): void {
  for (const file of files) cpSync(join(from, file), join(to, file), { recursive: true });
  const modules = join(from, 'node_modules');
  const names = readdirSync(modules).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(modules, name)).map((inner) => join(name, inner)) : [name],
  );
  for (const name of names.filter((one) => !one.startsWith('.'))) {
    const link = join(to, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(realpathSync(join(modules, name)), link);
  }
}
