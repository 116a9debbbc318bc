import { expect, it } from 'vitest';
import { readOptions } from './options.js';

it('names the suites where none or an unknown one is asked for', () => {
  for (const args of [[], ['--suite', 'nothing'], ['--suite', 'toString']])
    expect(readOptions(args, {})).toEqual({ problem: expect.stringContaining('--suite takes one of') });
});

it('says what an option is that it does not know', () => {
  expect(readOptions(['--sweet', 'ocr'], {})).toEqual({ problem: expect.stringContaining('--sweet') });
});
