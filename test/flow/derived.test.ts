import { type Decision, DecisionCause, type Part, type Reason, SpanUnit } from '@tercet/contracts';
import { produceItem, startTestStack, type TestStack } from '@tercet/harness';
import { SERVICES } from '@tercet/local';
import { listModels } from '@tercet/models';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { animationOf, pictureOf, silenceThen, speechOf } from './derived/media.js';
import { toneWav } from './walk/media.js';
import { audio, image, itemOf, TENANT } from './walk/post.js';

// Reading two minutes of speech takes one on a quiet core; the machine may be busy.
const WINDOW_MS = 500_000;
const WAIT_MS = 560_000;
const TEST_MS = 600_000;

const hasSoundModel = (await listModels()).some(({ name, built }) => name === 'yamnet' && built);

const THREAT = ['I know where you live', 'and I will kill you tonight.'];
const BENIGN = ['The garden club meets', 'on Thursday afternoon.'];
const TALK = [
  'The path follows the river and passes two small bridges.',
  'We baked two loaves of bread this weekend.',
  'The library opens at nine in the morning and closes at six in the evening.',
  'Tomorrow will be mild and sunny with a light breeze from the west.',
  'The museum shows paintings of the harbour until the end of the month.',
];

describe('what is written in pictures and said in speech', () => {
  let stack: TestStack;

  beforeAll(async () => {
    stack = await startTestStack('derived', {
      services: SERVICES.filter((name) => name !== 'dashboard'),
      readyTimeoutMs: 240_000,
    });
  }, 300_000);
  afterAll(() => stack?.stop());

  async function decide(itemId: string, parts: readonly Part[], windowMs = WINDOW_MS): Promise<Decision> {
    await produceItem(stack.bus, itemOf(itemId, parts, 1, windowMs));
    const decision = await stack.gateway.waitForDecision(TENANT, itemId, 1n, WAIT_MS);
    if (!decision) throw new Error(`${itemId} was not decided in time`);
    return decision;
  }

  /** The strongest reason, which must be words read from another part. */
  function wordsOf(decision: Decision, partId: string): Reason {
    expect(decision.cause).toBe(DecisionCause.COMPLETE);
    expect(decision.action).not.toBe('allow');
    const [reason] = decision.reasons;
    expect(reason).toMatchObject({ code: 'threshold', partId, modality: 'text' });
    expect(reason?.category).toMatch(/^harassment/);
    expect(reason?.evidence?.confidence).toBeGreaterThan(0.5);
    if (!reason) throw new Error('there is no reason');
    return reason;
  }

  /** What the reader of a part left out of its source. */
  function unreadIn(decision: Decision, partId: string) {
    return decision.notCovered.flatMap((gap) =>
      gap.partId === partId && gap.code === 'truncated' && gap.truncation ? [gap.truncation] : [],
    );
  }

  it('harm written in a picture alone is found, and shown where it stands', {
    timeout: TEST_MS,
  }, async () => {
    const decision = await decide('written', [image('img1', await pictureOf(THREAT, 0.6))]);
    const { evidence } = wordsOf(decision, 'img1/ocr');
    const corners = evidence?.box?.corners ?? [];
    expect(corners).toHaveLength(4);
    for (const { x, y } of corners) {
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(0.9);
      expect(y).toBeGreaterThan(0.58);
      expect(y).toBeLessThan(0.85);
    }
    const used = decision.partsUsed.find(({ partId }) => partId === 'img1/ocr');
    expect(used?.derivation).toMatchObject({ sourcePartId: 'img1', kind: 'ocr' });
    const readers = decision.models.filter(({ digest }) => used?.readBy.includes(digest));
    expect(readers.map(({ name }) => name).sort()).toEqual([
      'pp-ocr-v2-cls',
      'pp-ocr-v6-small-det',
      'pp-ocr-v6-small-rec',
    ]);
    expect(decision.partsUsed.map(({ partId }) => partId)).toContain('img1');
  });

  it('harm in the last frame of an animation is found, and shown in which', {
    timeout: TEST_MS,
  }, async () => {
    const gif = await animationOf(THREAT, 0.4, 20);
    const decision = await decide('animated', [image('img1', gif, 'image/gif')]);
    const { evidence } = wordsOf(decision, 'img1/ocr');
    expect(evidence?.span).toEqual({ unit: SpanUnit.FRAME, start: 19n, end: 20n });
    expect(evidence?.box?.corners).toHaveLength(4);
    // 16 of the 20 frames are looked at; the decision says which were not, and by whom.
    const unseen = unreadIn(decision, 'img1/ocr');
    expect(unseen.reduce((sum, { span }) => sum + Number((span?.end ?? 0n) - (span?.start ?? 0n)), 0)).toBe(
      4,
    );
    expect(decision.reasons).toContainEqual(
      expect.objectContaining({
        code: 'truncated',
        partId: 'img1/ocr',
        modality: 'image',
        rule: 'max_frames',
      }),
    );
  });

  it('harm said in speech alone is found, and shown when', { timeout: TEST_MS }, async () => {
    const { wav, ms } = speechOf(THREAT.join(' '));
    const { evidence } = wordsOf(await decide('said', [audio('aud1', wav)]), 'aud1/speech');
    expect(evidence?.span?.unit).toBe(SpanUnit.MILLISECOND);
    expect(Number(evidence?.span?.end)).toBeGreaterThan(Number(evidence?.span?.start));
    expect(Number(evidence?.span?.end)).toBeLessThanOrEqual(ms + 500);
    expect(evidence?.box).toBeUndefined();
  });

  it('harm said after two minutes of harmless speech is found at its time', {
    timeout: TEST_MS,
  }, async () => {
    const harmless = Array.from({ length: 36 }, (_, index) => TALK[index % TALK.length]).join(' ');
    const before = speechOf(harmless).ms;
    expect(before).toBeGreaterThan(120_000);
    const { wav } = speechOf(`${harmless} ${THREAT.join(' ')}`);
    const { evidence } = wordsOf(await decide('said-late', [audio('aud1', wav)]), 'aud1/speech');
    expect(evidence?.span?.unit).toBe(SpanUnit.MILLISECOND);
    // A segment may begin with the end of the harmless part.
    expect(Number(evidence?.span?.end)).toBeGreaterThan(before);
    expect(Number(evidence?.span?.start)).toBeGreaterThan(before - 30_000);
  });

  it('harm said after more than is listened to is found at the end, and what was left out is named', {
    timeout: TEST_MS,
  }, async () => {
    const silenceMs = 12 * 60_000;
    const flac = silenceThen(silenceMs / 1000, speechOf(THREAT.join(' ')).wav);
    const decision = await decide('said-last', [audio('aud1', flac, 'audio/flac')]);
    const { evidence } = wordsOf(decision, 'aud1/speech');
    expect(Number(evidence?.span?.start)).toBeGreaterThan(silenceMs - 500);
    const unheard = unreadIn(decision, 'aud1/speech');
    expect(unheard.length).toBeGreaterThan(0);
    for (const { span, code } of unheard) {
      expect(code).toBe('max_segments');
      expect(span?.unit).toBe(SpanUnit.MILLISECOND);
      expect(Number(span?.end)).toBeLessThan(silenceMs);
    }
    expect(decision.notCovered.filter(({ partId }) => partId === 'aud1/speech')).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ modality: 'audio', code: 'truncated' })]),
    );
  });

  it('speech in a language that the reader lacks is said to be so', { timeout: TEST_MS }, async () => {
    const { wav } = speechOf('Jutro rano pojedziemy pociągiem do małego miasta nad morzem.', 'pl');
    const decision = await decide('foreign', [audio('aud1', wav)]);
    expect(decision.partsMissing).toContainEqual(
      expect.objectContaining({ partId: 'aud1/speech', code: 'language_not_covered', state: 'unusable' }),
    );
    expect(decision.reasons[0]).toMatchObject({ code: 'language_not_served', partId: 'aud1/speech' });
    expect(decision.modalitiesMissing).toContain('text');
  });

  it('harmless words in both are weighed, and allowed', { timeout: TEST_MS }, async () => {
    const { wav } = speechOf(BENIGN.join(' '));
    const parts = [image('img1', await pictureOf(BENIGN, 0.5)), audio('aud1', wav)];
    const decision = await decide('harmless', parts);
    expect(decision).toMatchObject({ cause: DecisionCause.COMPLETE, action: 'allow', flagged: false });
    expect(decision.partsUsed.map(({ partId }) => partId)).toEqual(
      expect.arrayContaining(['aud1/speech', 'img1', 'img1/ocr']),
    );
  });

  it.skipIf(hasSoundModel)(
    'sounds that nobody listens for are named at the start and in each decision',
    {
      timeout: TEST_MS,
    },
    async () => {
      const lines = stack.service('audio-encoder').log.all();
      expect(
        lines.filter((line) => /optional model is not installed.*yamnet|yamnet.*optional model/.test(line)),
      ).toHaveLength(1);
      const decision = await decide('unheard', [audio('aud1', toneWav(1))]);
      expect(decision.action).toBe('allow');
      expect(decision.modalitiesMissing).toEqual(['audio']);
      expect(decision.notCovered).toContainEqual(
        expect.objectContaining({ modality: 'audio', partId: 'aud1', code: 'no_head', categories: [] }),
      );
    },
  );

  it('nothing to read asks for nothing', { timeout: TEST_MS }, async () => {
    const decision = await decide('wordless', [image('img1', await pictureOf([], 0.5))]);
    expect(decision).toMatchObject({ action: 'allow', modalitiesMissing: [] });
    expect(decision.partsMissing).toMatchObject([{ partId: 'img1/ocr', code: 'no_text', state: 'empty' }]);
  });

  // Last: the reader of pictures stays dead.
  it('a dead deriver ends in a decision that names what is missing', { timeout: TEST_MS }, async () => {
    await stack.service('ocr').stop();
    const decision = await decide('unread', [image('img1', await pictureOf(THREAT, 0.6))], 8000);
    expect(decision).toMatchObject({ cause: DecisionCause.DEADLINE, action: 'review' });
    expect(decision.partsMissing).toMatchObject([
      { partId: 'img1/ocr', modality: 'text', code: 'timeout', state: 'pending' },
    ]);
    expect(decision.reasons).toMatchObject([{ code: 'incomplete', partId: 'img1/ocr' }]);
    expect(decision.partsUsed.map(({ partId }) => partId)).toEqual(['img1']);
  });
});
