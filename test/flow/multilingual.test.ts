import type { Decision } from '@tercet/contracts';
import { startTestStack, type TestStack } from '@tercet/harness';
import { buildModels } from '@tercet/models';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, text } from './walk/post.js';

const MODEL = 'use-multilingual-v3';
const TEST_MS = 150_000;

describe('a deployment with the multilingual text model', () => {
  let stack: TestStack;

  beforeAll(async () => {
    await buildModels({ only: [MODEL] });
    stack = await startTestStack('multilingual', {
      serviceEnv: { 'text-encoder': { TERCET_TEXT_MODEL: MODEL } },
    });
  }, 300_000);
  afterAll(() => stack?.stop());

  const decide = (itemId: string, words: string): Promise<Decision> =>
    post(stack, itemId, [text('body', words, '')]);
  const flaggedIn = ({ categories }: Decision) =>
    categories.filter(({ flagged }) => flagged).map(({ category }) => category);

  it('scores a language that all its heads serve, and lets what is harmless pass', {
    timeout: TEST_MS,
  }, async () => {
    const harmless = await decide('fr-harmless', 'Cet après-midi nous allons au parc avec les petits.');
    expect(harmless.action).toBe('allow');
    expect(harmless.partsUsed).toMatchObject([{ partId: 'body', language: 'fr' }]);
    expect(harmless.models.map(({ name }) => name)).toContain(MODEL);
    expect(harmless.notCovered.map(({ code }) => code)).not.toContain('language');

    const threat = await decide('fr-threat', 'Je sais où tu travailles et demain je vais te tuer.');
    expect(flaggedIn(threat)).toContain('harassment/threatening');
  });

  it('scores what some heads serve, and sends it to a person for the others', {
    timeout: TEST_MS,
  }, async () => {
    const threat = await decide('es-threat', 'Sé dónde trabajas y mañana te voy a matar.');
    expect(threat.partsUsed).toMatchObject([{ partId: 'body', language: 'es' }]);
    expect(flaggedIn(threat)).toContain('harassment/threatening');
    const harmless = await decide('es-harmless', 'Mañana por la tarde vamos al parque con los niños.');
    expect(harmless.action).toBe('review');
    expect(harmless.notCovered).toContainEqual(
      expect.objectContaining({ code: 'language', categories: ['harassment'] }),
    );
  });

  it('scores English', { timeout: TEST_MS }, async () => {
    const harmless = await decide('en-harmless', 'We waited for an hour at the station.');
    expect(harmless.action).toBe('allow');
    expect(harmless.partsUsed).toMatchObject([{ partId: 'body', language: 'en' }]);
    const threat = await decide('en-threat', 'I know where you work and tomorrow I will kill you.');
    expect(flaggedIn(threat)).toContain('harassment/threatening');
  });

  it.each([
    ['a language that the model does not know', 'Huomenna kerron kaikille, mitä teit eilen illalla.'],
    ['one that it knows and no head was judged in', '昨日の夜あなたが何をしたか明日みんなに話します。'],
  ])('sends %s to a person, without a score', { timeout: TEST_MS }, async (name, words) => {
    const decision = await decide(name.replaceAll(' ', '-'), words);
    expect(decision.action).toBe('review');
    expect(decision.partsMissing).toMatchObject([
      { partId: 'body', code: 'language_not_served', state: 'unusable' },
    ]);
    expect(decision.notCovered.map(({ code }) => code)).toContain('language');
  });
});
