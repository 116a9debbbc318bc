import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEXICAL_SIGNALS, LEXICON, lexicalVector } from './lexical-signals.js';

function signal(text: string, name: (typeof LEXICAL_SIGNALS)[number]): number {
  return lexicalVector(text)[LEXICAL_SIGNALS.indexOf(name)] ?? Number.NaN;
}

describe('lexicalVector', () => {
  it.each([
    'A weekend in Scunthorpe, Penistone and Sussex',
    'The assassin passed the class and the grass',
    'Analysis of the cockpit and of the peacock',
    'Shiitake, basement, therapist, document, arsenal',
    'Mr Dickinson and Mrs Cockburn wrote the essay',
    'We hit the target at 8.15 on a Sunday',
    'Passengers embarrass the bassist',
    'Version 1.2.3 of a5 and b52 and 4x4',
    'I live at www.essex.example/class and write to b.ass@mail.example',
  ])('finds nothing in %j', (text) => {
    expect([...lexicalVector(text)].slice(0, -1)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it.each([
    ['plain', 'what an idiot', 0],
    ['an ending', 'what idiots', 0],
    ['signs for letters', 'what an 1d10t', 1],
    ['one sign', 'oh sh!t', 1],
    ['hidden letters', 'you id**t', 1],
    ['inner marks', 'you id.iot', 1],
    ['marks between letters', 'you i-d-i-o-t', 1],
    ['spaces between letters', 'what an i d i o t', 1],
    ['stretched letters', 'you idiooooot', 1],
    ['letters of another script', 'you \u0456diot', 1],
    ['mathematical letters', 'you \u{1d422}\u{1d41d}\u{1d422}\u{1d428}\u{1d42d}', 1],
    ['full-width letters', 'you \uff49\uff44\uff49\uff4f\uff54', 1],
  ])('finds a word in %s', (_what, text, hidden) => {
    expect(signal(text, 'sure') + signal(text, 'unsure')).toBeGreaterThan(0);
    expect(signal(text, 'hidden')).toBe(hidden);
  });

  it('says to whom, in what quotation and how loudly', () => {
    expect(signal('you utter idiot', 'addressed')).toBe(1);
    expect(signal('the idiot of the village sat under the tree all day', 'addressed')).toBe(0);
    expect(signal('he said "what an idiot" and left', 'quoted')).toBe(1);
    expect(signal('he said what an idiot and "left"', 'quoted')).toBe(0);
    expect(signal('STOP SHOUTING AT ME', 'capitals')).toBe(1);
    expect(signal('stop shouting at me', 'capitals')).toBe(0);
  });

  it('does not take the name of a people or a faith for a bad word', () => {
    for (const name of ['muslim', 'jew', 'gay', 'black', 'mexican', 'chinese'])
      expect([...lexicalVector(`my ${name} neighbour`)], name).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('counts more for more words, up to three', () => {
    const [one, two, many, more] = [1, 2, 3, 9].map((n) => signal('idiot, '.repeat(n), 'sure'));
    expect([one, two, many, more]).toEqual([1, Math.fround(Math.log2(3)), 2, 2]);
  });

  it('gives eight finite numbers from 0 to 2 for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const vector = lexicalVector(text);
        expect(vector).toHaveLength(LEXICAL_SIGNALS.length);
        for (const value of vector) expect(value >= 0 && value <= 2).toBe(true);
      }),
    );
  });

  it('takes milliseconds for a megabyte without a space', () => {
    const start = performance.now();
    for (const unit of ['a', '\u0430', 'f u ', '*', 'a.b.'])
      lexicalVector(unit.repeat(1_000_000 / unit.length));
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('has a digest that covers the lists and the version of the rules', () => {
    // A change of a list or a rule needs a new version, new heads and this line.
    expect(LEXICON.version).toBe('1');
    expect(LEXICON.digest).toMatch(/^[0-9a-f]{64}$/);
  });
});
