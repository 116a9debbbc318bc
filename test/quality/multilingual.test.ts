import { fileURLToPath } from 'node:url';
import { DecisionCause, ItemOpened } from '@tercet/contracts';
import {
  decideTexts,
  type KindFigures,
  type LanguageDecisions,
  languageFigures,
  readLanguageSentences,
  readSentences,
  sentenceFigures,
  TextJudge,
} from '@tercet/eval';
import { decide, type HeadSet, loadHeadSet, loadPolicies, type Policy } from '@tercet/policy';
import { beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const MODEL = 'use-multilingual-v3';

let policy: Policy;
let headSet: HeadSet;
let multilingual: TextJudge;
let english: readonly KindFigures[] = [];
let languages: readonly LanguageDecisions[] = [];

beforeAll(async () => {
  const found = (await loadPolicies(`${root}policies`)).byId.get('default');
  if (found === undefined) throw new Error('there is no default policy');
  policy = found;
  headSet = await loadHeadSet(`${root}models/heads/default`);
  multilingual = await TextJudge.open(MODEL);
  const decideAll = async (texts: readonly { readonly text: string }[]) =>
    decideTexts(await multilingual.encode(texts.map(({ text }) => text)), policy, headSet);
  const sentences = await readSentences();
  english = sentenceFigures(sentences, await decideAll(sentences));
  const others = await readLanguageSentences();
  languages = languageFigures(others, await decideAll(others));
}, 240_000);

/**
 * What the committed heads and the default policy gave, with room for a sentence or two; docs/evaluation.md has the figures.
 */
const MOST_FLAGGED: Readonly<Record<string, number>> = {
  counter_speech: 0.2,
  negation: 0.31,
  quotation: 0.1,
  reclaimed: 0.3,
  identity_mention: 0.05,
};
const LEAST_FOUND: Readonly<Record<string, number>> = {
  insult: 0.7,
  threat: 0.7,
  hate: 0.65,
  self_harm: 0.45,
  scam: 0.6,
  sexual: 0.5,
};
/** Every head serves them; of the others' sentences, nearly all must go to a person. */
const SERVED = ['fr', 'it', 'pt'];
const LEAST_FOUND_ABROAD = 0.65;
const MOST_FLAGGED_ABROAD = 0.1;
const MOST_UNSURE = 0.08;
const LEAST_NOT_SERVED = 0.95;

describe('the default policy over the heads of the multilingual model', () => {
  it.each(Object.entries(MOST_FLAGGED))('flags little English %s', (kind, most) => {
    const { flagged, sentences } = ofKind(kind);
    expect(flagged / sentences).toBeLessThanOrEqual(most);
  });

  it.each(Object.entries(LEAST_FOUND))('finds English %s', (kind, least) => {
    const { found, sentences } = ofKind(kind);
    expect(found / sentences).toBeGreaterThanOrEqual(least);
  });

  it.each([
    ['support', 0.01],
    ['identity', 0.05],
  ])('flags next to no harmless English sentence of %s', (file, most) => {
    const some = english.filter((one) => one.file === file);
    const flagged = some.reduce((sum, one) => sum + one.flagged, 0);
    expect(flagged / some.reduce((sum, one) => sum + one.sentences, 0)).toBeLessThanOrEqual(most);
  });

  it.each(SERVED)('scores what is in %s', (language) => {
    const one = inLanguage(language);
    expect(one.found / one.harmful).toBeGreaterThanOrEqual(LEAST_FOUND_ABROAD);
    expect(one.flagged / one.harmless).toBeLessThanOrEqual(MOST_FLAGGED_ABROAD);
    expect(one.notServed / (one.harmful + one.harmless)).toBeLessThanOrEqual(MOST_UNSURE);
  });

  it('sends what is in a language that some head does not serve to a person', () => {
    const others = languages.filter(({ language }) => !SERVED.includes(language));
    expect(others.map(({ language }) => language)).toEqual(['de', 'es', 'ru']);
    for (const one of others)
      expect(one.notServed / (one.harmful + one.harmless), one.language).toBeGreaterThanOrEqual(
        LEAST_NOT_SERVED,
      );
  });
});

function ofKind(kind: string): KindFigures {
  const found = english.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`there is no ${kind}`);
  return found;
}

function inLanguage(language: string): LanguageDecisions {
  const found = languages.find((one) => one.language === language);
  if (found === undefined) throw new Error(`there is no ${language}`);
  return found;
}

describe('one item read by two text models', () => {
  it('is decided by the heads of both', async () => {
    const minilm = await TextJudge.open();
    const [first] = await minilm.encode(['I know where you work and tomorrow I will kill you.']);
    const [second] = await multilingual.encode(['Je sais où tu travailles et demain je vais te tuer.']);
    const opened = ItemOpened.fromPartial({
      parts: ['first', 'second'].map((partId) => ({ partId, modality: 'text' })),
    });
    const [one, two] = opened.parts;
    if (!first || !second || !one || !two) throw new Error('both are there');
    const decision = decide(
      {
        itemKey: 'mixed/item',
        version: 1n,
        revision: 1,
        cause: DecisionCause.COMPLETE,
        opened,
        parts: [
          { part: one, outcome: first },
          { part: two, outcome: second },
        ],
        appliedOffset: 0n,
      },
      policy,
      headSet,
    );
    expect(decision.partsMissing).toEqual([]);
    const threat = decision.categories.find(({ category }) => category === 'harassment/threatening');
    expect(threat?.flagged).toBe(true);
    expect(threat?.contributions.map(({ partId }) => partId).sort()).toEqual(['first', 'second']);
    const names = decision.models.map(({ name }) => name);
    expect(names).toContain('all-minilm-l6-v2-int8');
    expect(names).toContain(MODEL);
  });
});
