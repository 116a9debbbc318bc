import type { Decision, Part } from '@tercet/contracts';
import { startTestStack, type TestStack } from '@tercet/harness';
import { SERVICES } from '@tercet/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pictureOf, speechOf } from './derived/media.js';
import { audio, image, post, text } from './walk/post.js';

const TEST_MS = 150_000;
const ENGLISH = 'We waited for an hour at the station and then took a taxi home.';
const SPANISH = 'Mañana voy a contarle a todo el mundo lo que hiciste ayer por la noche.';

describe('text in a language without a head', () => {
  let stack: TestStack;

  beforeAll(async () => {
    stack = await startTestStack('language', { services: SERVICES, readyTimeoutMs: 240_000 });
  }, 300_000);
  afterAll(() => stack?.stop());

  const decide = (itemId: string, ...parts: Part[]): Promise<Decision> => post(stack, itemId, parts);

  /** Goes to a person because of its language, and says so; no score is passed off as one of this text. */
  function expectNotServed(decision: Decision, partId: string): void {
    expect(decision.action).toBe('review');
    expect(decision.reasons).toContainEqual(
      expect.objectContaining({ code: 'language_not_served', action: 'review', partId }),
    );
    expect(decision.partsMissing).toContainEqual(
      expect.objectContaining({ partId, code: 'language_not_served', state: 'unusable' }),
    );
    expect(decision.notCovered.map(({ code }) => code)).toContain('language');
    expect(
      decision.categories.flatMap(({ contributions }) => contributions.map((one) => one.partId)),
    ).not.toContain(partId);
  }

  it.each([
    ['spanish', SPANISH, ''],
    ['spanish-claimed-english', SPANISH, 'en'],
    ['romanised-hindi', 'tum log bilkul samajh nahi rahe ho ki mujhe kya chahiye', ''],
    ['romanised-arabic', 'ana msh 3aref eh elli by7sal fel beit da', 'en'],
    ['russian', 'Завтра я всем расскажу, что ты сделал вчера ночью.', ''],
    ['japanese', '昨日の夜あなたが何をしたか明日みんなに話します。', 'en'],
  ])('is not silently benign: %s', { timeout: TEST_MS }, async (itemId, words, declared) => {
    expectNotServed(await decide(itemId, text('body', words, declared)), 'body');
  });

  it('is told as a stretch inside English, which is still scored', { timeout: TEST_MS }, async () => {
    const decision = await decide('mixed', text('body', `${ENGLISH} ${SPANISH}`, 'en'));
    expect(decision.action).toBe('review');
    expect(decision.partsUsed).toMatchObject([{ partId: 'body', language: 'en' }]);
    const gap = decision.notCovered.find(({ code }) => code === 'language');
    expect(gap).toMatchObject({
      partId: 'body',
      modality: 'text',
      truncation: { code: 'language_not_served' },
    });
    const whole = `${ENGLISH} ${SPANISH}`;
    const { start, end } = gap?.truncation?.span ?? { start: 0n, end: 0n };
    expect(whole.slice(Number(start), Number(end))).toContain('voy a contarle a todo el mundo');
    expect(Number(start)).toBeGreaterThan(ENGLISH.length - 10);
  });

  it.each([
    ['english', ENGLISH, ''],
    ['english-claimed-german', ENGLISH, 'de'],
    ['slang', 'lol ngl u trippin fr fr', ''],
    ['emoji', '😂😂🔥', ''],
  ])(
    'is not what short or misdeclared English is taken for: %s',
    { timeout: TEST_MS },
    async (itemId, words, declared) => {
      const decision = await decide(itemId, text('body', words, declared));
      expect(decision.partsMissing).toEqual([]);
      expect(decision.reasons.map(({ code }) => code)).not.toContain('language_not_served');
      expect(decision.notCovered.map(({ code }) => code)).not.toContain('language');
    },
  );

  it('is found in a picture', { timeout: TEST_MS }, async () => {
    const lines = ['Mañana voy a contarle a todo', 'el mundo lo que hiciste ayer'];
    expectNotServed(await decide('written', image('img', await pictureOf(lines, 0.4))), 'img/ocr');
  });

  it('is heard in speech', { timeout: TEST_MS }, async () => {
    const said =
      'Mañana por la mañana vamos a la playa con toda la familia. Después comemos en casa de mi abuela.';
    const decision = await decide('spoken', audio('aud', speechOf(said, 'es').wav));
    expect(decision.action).toBe('review');
    expect(decision.reasons.map(({ code }) => code)).toContain('language_not_served');
    expect(decision.notCovered.map(({ code }) => code)).toContain('language');
  });
});
