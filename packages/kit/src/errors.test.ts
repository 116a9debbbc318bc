import { expect, it } from 'vitest';
import { asTercetError, BugError, InvalidInputError } from './errors.js';

it('leaves the three kinds as they are and makes anything else a bug with its cause', () => {
  const ours = new InvalidInputError('no_parts');
  expect(asTercetError(ours)).toBe(ours);
  const foreign = new TypeError('x is not a function');
  const bug = asTercetError(foreign);
  expect(bug).toBeInstanceOf(BugError);
  expect(bug.cause).toBe(foreign);
});
