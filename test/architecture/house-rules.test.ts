import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { projectFiles, sourceFiles } from './source-files.js';

const MAX_LINES = 400;
const MAX_ENTRY_LINES = 25;
const lines = (absolute: string): number => readFileSync(absolute, 'utf8').trimEnd().split('\n').length;

it(`no source file is longer than ${MAX_LINES} lines`, () => {
  const code = projectFiles().filter(({ path }) =>
    /\.(ts|mts|mjs|js|lua|pml|proto|py|java|sh|css)$/.test(path),
  );
  const long = code.filter(({ absolute }) => lines(absolute) > MAX_LINES).map(({ path }) => path);
  expect(long).toEqual([]);
});

it(`entry files have at most ${MAX_ENTRY_LINES} lines`, () => {
  const entries = sourceFiles().filter(({ path }) => basename(path) === 'main.ts');
  expect(entries.length).toBeGreaterThan(0);
  expect(entries.filter(({ absolute }) => lines(absolute) > MAX_ENTRY_LINES).map(({ path }) => path)).toEqual(
    [],
  );
});

it('files are named in kebab-case, and nothing is called utils, common, helpers or misc', () => {
  const names = sourceFiles().flatMap(({ path }) => path.split('/'));
  expect(names.filter((name) => /^(utils?|common|helpers?|misc)(\.|$)/.test(name))).toEqual([]);
  const files = sourceFiles().filter(({ path }) => !/^[a-z0-9.-]+$/.test(basename(path)));
  expect(files.map(({ path }) => path)).toEqual([]);
});

it('no folder of one machine stands in the project', () => {
  const text = projectFiles().filter(({ path }) => !/\.(png|jpg|wav|ogg|binpb|bin|f32)$/.test(path));
  const homes = new RegExp(['/home/[a-z]+/', '/Users/[a-z]+/', '/root/'].join('|'));
  const found = text.filter(({ absolute }) => homes.test(readFileSync(absolute, 'utf8')));
  expect(found.map(({ path }) => path).filter((path) => !path.startsWith('test/architecture/'))).toEqual([]);
});
