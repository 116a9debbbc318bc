import { describe, expect, it } from 'vitest';
import { spokenWords } from './normalise.js';
import { wordErrors } from './word-errors.js';

const said = (text: string) => spokenWords(text).join(' ');

describe('spoken words', () => {
  it.each([
    ['Hello, World!', 'hello world'],
    ['a well-known “fact” — don’t', "a well known fact don't"],
    ['In 1906, 12,345 men', 'in nineteen oh six twelve thousand three hundred forty five men'],
    ['the 21st of 2004', 'the twenty first of two thousand four'],
    ['3.5% & $5', 'three point five percent and five dollars'],
    ['Mr. Smith', 'mister smith'],
    ['café', 'cafe'],
  ])('%s', (text, expected) => expect(said(text)).toBe(expected));
});

describe('word errors', () => {
  it('counts substitutions, deletions and insertions', () => {
    const errors = wordErrors('a b c d'.split(' '), 'a x c d e'.split(' '));
    expect(errors).toEqual([
      { said: 'b', written: 'x' },
      { said: undefined, written: 'e' },
    ]);
    expect(wordErrors(['a', 'b'], [])).toHaveLength(2);
    expect(wordErrors([], [])).toEqual([]);
  });
});
