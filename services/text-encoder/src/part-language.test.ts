import { loadIdentify } from '@tercet/language';
import { describe, expect, it } from 'vitest';
import { partLanguage } from './part-language.js';

const identify = loadIdentify();
const read = (text: string, declared = '') =>
  partLanguage(identify, text, [{ start: 0, end: text.length }], declared);

const ENGLISH = 'The library opens at nine and closes at six.';
const SPANISH = 'La biblioteca abre a las nueve y cierra a las seis.';
const HINDI = 'mujhe kuch samajh nahi aaya yaar';

describe('partLanguage', () => {
  it.each([
    ['words against no claim', SPANISH, '', 'es'],
    ['words against a false claim', SPANISH, 'en', 'es'],
    ['words against a false claim of another language', ENGLISH, 'de', 'en'],
    ['a claim with a region that the words bear out', ENGLISH, 'en-GB', 'en-GB'],
    ['a claim where the words do not tell', '👍 100', 'de', 'de'],
    ['nothing where neither tells', '👍 100', '', ''],
    ['a claim that says undetermined', ENGLISH, 'und', 'en'],
    ['a claim for a romanised language that has no name of its own', HINDI, 'hi-Latn', 'hi-Latn'],
  ])('believes %s', (_, text, declared, tag) => {
    expect(read(text, declared).tag).toBe(tag);
  });

  it('never believes a claim of English for a text that is not', () => {
    expect(['', 'und', 'en']).not.toContain(read(HINDI, 'en').tag);
    expect(['', 'und', 'en']).not.toContain(read(HINDI).tag);
  });

  it('marks a stretch of another language inside English', () => {
    const text = `We waited for an hour at the station. ${SPANISH}`;
    const { tag, foreign } = read(text);
    expect(tag).toBe('en');
    expect(foreign.map(({ start, end }) => text.slice(start, end))).toEqual([SPANISH.slice(0, -1)]);
  });
});
