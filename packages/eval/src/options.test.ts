import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readOptions } from './options.js';

const FILE = fileURLToPath(import.meta.url);

it('names the suites where none or an unknown one is asked for', () => {
  for (const args of [[], ['--suite', 'nothing'], ['--suite', 'toString']])
    expect(readOptions(args, {})).toEqual({
      kind: 'problem',
      problem: expect.stringContaining('--suite with one of'),
    });
});

it.each([
  [['--sweet', 'ocr'], '--sweet'],
  [['--data', FILE], '--data needs --out'],
  [['--data', '/no/such/file', '--out', 'x'], 'there is no file'],
  [['--data', FILE, '--out', 'x', '--suite', 'ocr'], 'do not go together'],
  [['--data', FILE, '--out', '/no/such/folder/x'], 'there is no folder /no/such/folder'],
  [['--data', FILE, '--out', 'x', '--processes', '0'], '--processes takes'],
  [['--suite', 'ocr', '--seed', 'x'], '--seed takes'],
])('says what is wrong with %j', (args, text) => {
  expect(readOptions(args, {})).toEqual({ kind: 'problem', problem: expect.stringContaining(text) });
});

it('reads what a file is decided with', () => {
  const args = ['--data', FILE, '--out', '/b', '--processes', '3', '--text-model', 'm', '--declare-language'];
  expect(readOptions(args, {})).toEqual({
    kind: 'data',
    data: FILE,
    out: '/b',
    report: undefined,
    json: undefined,
    textModel: 'm',
    processes: 3,
    declaresLanguage: true,
  });
});
