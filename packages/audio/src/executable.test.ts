import { ConfigError } from '@tercet/kit';
import { expect, it } from 'vitest';
import { findExecutable } from './executable.js';

it('finds a program on the search path, and one that is named in full', () => {
  expect(findExecutable('sh', '/nowhere:/bin')).toBe('/bin/sh');
  expect(findExecutable('/bin/sh', '')).toBe('/bin/sh');
});

it.each(['ffmpeg-of-no-machine', '/nowhere/ffmpeg', '/bin'])('tells that %s is missing', (program) => {
  expect(() => findExecutable(program, '/bin')).toThrow(ConfigError);
});
