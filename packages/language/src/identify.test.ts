import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadIdentify } from './index.js';

const identify = loadIdentify();
const FOLDER = new URL('../test-data/', import.meta.url);

/** Text that heads for English would score as a whole, without a word said. */
const readAsEnglish = (text: string): boolean => {
  const { language, foreign } = identify(text);
  return (language === 'en' || language === 'und') && foreign.length === 0;
};

/** Half of the lines, by a hash of each: rules and thresholds were never chosen on these. */
function isHeldOut(line: string): boolean {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(line)) hash = Math.imul(hash ^ byte, 0x01000193);
  return ((hash >>> 7) & 1) === 1;
}

const linesOf = (name: string): string[] =>
  readFileSync(new URL(name, FOLDER), 'utf8')
    .split('\n')
    .filter((line) => line !== '');

const shareOf = (lines: readonly string[], holds: (line: string) => boolean): number =>
  lines.filter(holds).length / lines.length;

describe.each([
  ['tuned on', (line: string) => !isHeldOut(line)],
  ['held out', isHeldOut],
] as const)('lines %s', (_, isChosen) => {
  it('reads at most 2 % of other, mixed and romanised texts as English', () => {
    const names = readdirSync(FOLDER).filter((name) => name.endsWith('.txt') && !name.startsWith('english'));
    const lines = names.flatMap(linesOf).filter(isChosen);
    expect(lines.length).toBeGreaterThan(400);
    expect(shareOf(lines, readAsEnglish)).toBeLessThanOrEqual(0.02);
  });

  it('refuses at most 2 % of short and slangy English', () => {
    const lines = linesOf('english-short.txt').filter(isChosen);
    expect(lines.length).toBeGreaterThan(140);
    expect(shareOf(lines, (line) => !readAsEnglish(line))).toBeLessThanOrEqual(0.02);
  });
});

it('serves African American English; other dialects are reported, not promised', () => {
  const lines = linesOf('english-dialect.txt').map((line) => line.split(': ') as [string, string]);
  const aave = lines.flatMap(([kind, text]) => (kind === 'aave' ? [text] : []));
  expect(shareOf(aave, (text) => !readAsEnglish(text))).toBeLessThanOrEqual(0.1);
});

describe('what a text says of its language', () => {
  it.each([
    ['El tren de las ocho llega siempre tarde a la estación.', 'es'],
    ['Der Zug kommt immer zu spät am Bahnhof an.', 'de'],
    ['Поезд всегда приходит на вокзал с опозданием.', 'ru'],
    ['電車はいつも遅れて駅に着きます。', 'ja'],
    ['القطار يصل دائما متأخرا إلى المحطة', 'ar'],
    ['The train always arrives late at the station.', 'en'],
  ])('%s', (text, language) => {
    const found = identify(text);
    expect(found.language).toBe(language);
    expect(found.confidence).toBeGreaterThan(0.9);
    expect(found.foreign).toEqual([]);
  });

  it('does not tell of emoji, addresses, numbers and code', () => {
    for (const text of ['', '😂😂😂', 'https://example.org/x', '12 345', '<br/>', '🔥 100 !!!'])
      expect(identify(text)).toEqual({ language: 'und', confidence: 0, script: 'Zyyy', foreign: [] });
  });

  it('never takes a romanised language for English because it cannot name it', () => {
    for (const text of ['mujhe kuch samajh nahi aaya yaar', 'msh fahem 7aga ya sa7bi', 'nichego ne ponimayu'])
      expect(['en', 'und']).not.toContain(identify(text).language);
  });

  it('finds the stretch of another language inside an English text', () => {
    const spanish = 'pero no me hizo caso como siempre';
    const text = `We talked about it for an hour ${spanish} and then she left the building`;
    const { language, foreign } = identify(text);
    expect(language).toBe('en');
    expect(foreign).toHaveLength(1);
    expect(text.slice(foreign[0]?.start, foreign[0]?.end)).toBe(spanish);
  });

  it.each(['ممنوع الدخول لغير العاملين', '我今天不想去学校', 'วันนี้ร้อนมากเลย', 'не курить в здании'])(
    'finds a stretch in another script: %s',
    (words) => {
      const text = `The sign at the door says ${words} so we left the place`;
      const { language, foreign } = identify(text);
      expect(language).toBe('en');
      expect(foreign.map(({ start, end }) => text.slice(start, end))).toEqual([words]);
    },
  );

  it('gives sixteen stretches at most, and leaves none out', () => {
    const text = 'We talked for an hour about the weather. Después me dijo que ya no quiere verme. '.repeat(
      40,
    );
    const { language, foreign } = identify(text);
    expect(language).toBe('en');
    expect(foreign).toHaveLength(16);
    expect(text.slice(foreign[0]?.start, foreign[0]?.end)).toBe('Después me dijo que ya no quiere verme');
    expect(foreign.at(-1)?.end).toBe(text.lastIndexOf('.'));
  });

  it('takes one letter or word of another script for a loan', () => {
    for (const text of ['The 龍 is a dragon in their stories', 'They call it борщ and serve it hot'])
      expect(identify(text)).toMatchObject({ language: 'en', foreign: [] });
  });

  it('reads Latin words with letters of other scripts in them as the words they feign', () => {
    expect(identify('you аre such аn idiоt and everybоdy knоws it').foreign).toEqual([]);
  });

  it('takes a name of two or more words for a name', () => {
    const text = 'The new member is: Juan José Arboleda, who works with Krzysztof Wiśniewski in Kraków.';
    expect(identify(text)).toMatchObject({ language: 'en', foreign: [] });
  });

  it('looks at the given stretches alone', () => {
    const text = 'This is plain English text. Esto ya no lo mira nadie de verdad.';
    expect(identify(text, [{ start: 0, end: 27 }]).foreign).toEqual([]);
    expect(identify(text, [{ start: 28, end: text.length }]).language).toBe('es');
  });
});
