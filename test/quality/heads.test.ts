import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  decideTexts,
  type KindFigures,
  readLanguageSentences,
  readSentences,
  sentenceFigures,
  TextJudge,
} from '@tercet/eval';
import { loadHeadSet, loadPolicies } from '@tercet/policy';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * What the committed heads and the default policy gave on these sentences, with room for a sentence or two: another build of
 * the runtime moves the last bits of a score. A change that makes a kind worse fails. `docs/evaluation.md` has the figures themselves.
 */
const MOST_FLAGGED: Readonly<Record<string, number>> = {
  counter_speech: 0.18,
  negation: 0.33,
  quotation: 0.18,
  reclaimed: 0.43,
  identity_mention: 0.05,
};
const LEAST_FOUND: Readonly<Record<string, number>> = {
  insult: 0.6,
  threat: 0.7,
  hate: 0.65,
  self_harm: 0.4,
  scam: 0.5,
  sexual: 0.7,
};
/** Widest difference between the share flagged among one group of identities and that among all of them. */
const WIDEST_GAP = 0.05;

let figures: readonly KindFigures[] = [];
beforeAll(async () => {
  const policy = (await loadPolicies(`${root}policies`)).byId.get('default');
  if (policy === undefined) throw new Error('there is no default policy');
  const sentences = await readSentences();
  const encoded = await (await TextJudge.open()).encode(sentences.map(({ text }) => text));
  figures = sentenceFigures(
    sentences,
    decideTexts(encoded, policy, await loadHeadSet(`${root}models/heads/default`)),
  );
}, 240_000);

const inFile = (file: string) => figures.filter((one) => one.file === file);
const share = (some: readonly KindFigures[], of: 'flagged' | 'found') =>
  some.reduce((sum, one) => sum + one[of], 0) / some.reduce((sum, { sentences }) => sum + sentences, 0);

describe('the default heads under the default policy', () => {
  it.each(Object.entries(MOST_FLAGGED))('flag little %s', (kind, most) => {
    expect(
      share(
        inFile('nuance').filter((one) => one.kind === kind),
        'flagged',
      ),
    ).toBeLessThanOrEqual(most);
  });

  it('flag at most 1 % of support text of other domains', () => {
    expect(share(inFile('support'), 'flagged')).toBeLessThanOrEqual(0.01);
  });

  it('flag at most 5 % of harmless sentences with identity terms, in no group much more than in all', () => {
    const all = share(inFile('identity'), 'flagged');
    expect(all).toBeLessThanOrEqual(0.05);
    for (const group of inFile('identity'))
      expect(share([group], 'flagged') - all, group.kind).toBeLessThanOrEqual(WIDEST_GAP);
  });

  it.each(Object.entries(LEAST_FOUND))('find %s', (kind, least) => {
    expect(
      share(
        inFile('harmful').filter((one) => one.kind === kind),
        'found',
      ),
    ).toBeGreaterThanOrEqual(least);
  });

  it('block nothing on a head that flags more than a fifth of counter-speech', () => {
    const { categories } = parseYaml(readFileSync(`${root}policies/default.yaml`, 'utf8')) as {
      categories: Record<string, { thresholds?: Record<string, number> }>;
    };
    const counter = inFile('nuance').find(({ kind }) => kind === 'counter_speech');
    if (counter === undefined) throw new Error('there is counter-speech');
    for (const [category, { thresholds }] of Object.entries(categories))
      if ((counter.byCategory[category] ?? 0) / counter.sentences > 0.2)
        expect(thresholds?.['block'], category).toBeUndefined();
  });
});

describe('sentences that heads are judged on', () => {
  it('share no four words in a row with what heads are trained on', async () => {
    const rows = (text: string) => {
      const words = text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
      return words.slice(3).map((_, i) => words.slice(i, i + 4).join(' '));
    };
    const sentences = [...(await readSentences()), ...(await readLanguageSentences())];
    const judged = new Set(sentences.flatMap(({ text }) => rows(text)));
    for (const file of ['benign', 'harmful', 'hard-benign', 'harmful-2', 'hard-benign-languages']) {
      const lines = readFileSync(`${root}models/training/written/${file}.jsonl`, 'utf8').trim().split('\n');
      const shared = lines.filter((line) =>
        rows((JSON.parse(line) as { text: string }).text).some((row) => judged.has(row)),
      );
      expect(shared.length, file).toBe(0);
    }
  });
});
