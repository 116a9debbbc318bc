import { PartEmpty, SpanUnit, type Truncation } from '@tercet/contracts';
import { describe, expect, it } from 'vitest';
import { madeHeads } from '../fixtures/made-heads.js';
import {
  colours,
  empty,
  failed,
  type MadePart,
  madeItem,
  pending,
  picture,
  words,
} from '../fixtures/made-items.js';
import { decide } from './decide.js';

const heads = madeHeads();
// Whatever is empty, uncovered or in another language asks for something of its own.
const strict = colours((text) =>
  text
    .replace('empty: { action: allow }', 'empty: { action: block }')
    .replace(
      /languages:[\s\S]*?\n(?=\w)/,
      'languages:\n  not_served: { action: flag, modifiers: [label] }\n',
    ),
);
const image: MadePart = { id: 'img1', modality: 'image', outcome: picture([0.01]) };
const decided = (...parts: MadePart[]) => decide(madeItem(parts), strict, heads);

describe('a derived part', () => {
  it('that is not there, because its deriver is dead, is named as pending', () => {
    const decision = decided(image, { id: 'img1/ocr', source: 'img1', outcome: pending() });
    expect(decision.partsMissing).toEqual([
      { partId: 'img1/ocr', modality: 'text', code: 'timeout', state: 'pending', detail: '' },
    ]);
    expect(decision.action).toBe('review');
    expect(decision.modalitiesMissing).toEqual(['text']);
    expect(decision.reasons).toMatchObject([{ code: 'incomplete', partId: 'img1/ocr', rule: 'timeout' }]);
  });

  it.each(['no_text', 'no_speech', 'no_words'])(
    'in which there was nothing to read (%s) asks for nothing',
    (code) => {
      const decision = decided(image, { id: 'img1/ocr', source: 'img1', outcome: empty(code) });
      expect(decision).toMatchObject({ action: 'allow', reasons: [], modalitiesMissing: [] });
      expect(decision.partsMissing).toMatchObject([{ partId: 'img1/ocr', state: 'empty', code }]);
      expect(decision.notCovered.filter(({ partId }) => partId === 'img1/ocr')).toEqual([]);
      // An empty part of upstream's own is another matter.
      expect(decided({ id: 't', outcome: empty('empty_text') })).toMatchObject({
        action: 'block',
        modalitiesMissing: ['text'],
      });
    },
  );

  it('in a language that its reader lacks is said as not covered, not as broken', () => {
    const outcome = failed('language_not_covered');
    const decision = decided(image, { id: 'img1/ocr', source: 'img1', outcome });
    expect(decision).toMatchObject({ action: 'flag', modifiers: ['label'] });
    expect(decision.reasons).toMatchObject([
      { code: 'language_not_served', partId: 'img1/ocr', rule: 'language_not_covered' },
    ]);
    expect(decision.partsMissing).toMatchObject([{ state: 'unusable', code: 'language_not_covered' }]);
    expect(decision.notCovered).toContainEqual({
      modality: 'text',
      partId: 'img1/ocr',
      code: 'language',
      categories: [],
      truncation: undefined,
    });
  });

  it('that failed is one that could not be looked at', () => {
    const decision = decided(image, { id: 'img1/ocr', source: 'img1', outcome: failed('crashed') });
    expect(decision).toMatchObject({ action: 'review', modifiers: ['escalate'] });
    expect(decision.partsMissing).toMatchObject([{ partId: 'img1/ocr', state: 'failed', code: 'crashed' }]);
  });

  it('is told to conditions with its source', () => {
    const asking = colours(
      (text) =>
        `${text}  - { name: read-from-picture, when: 'parts.exists(p, p.source == "img1")', action: review }\n`,
    );
    const item = madeItem([image, { id: 'img1/ocr', source: 'img1', outcome: words([[-1, -1]]) }]);
    expect(decide(item, asking, heads).reasons).toMatchObject([{ rule: 'read-from-picture' }]);
  });
});

describe('what a reader left out of its source', () => {
  const unseen = (code: string, start: number, end: number) => ({
    span: { unit: SpanUnit.MILLISECOND, start: BigInt(start), end: BigInt(end) },
    code,
  });
  const sound: MadePart = { id: 'aud1', modality: 'audio', outcome: picture([0.01]) };
  const speech = (...truncated: Truncation[]): MadePart => ({
    id: 'aud1/speech',
    source: 'aud1',
    outcome: words([[-1, -1]], {
      derivation: { sourcePartId: 'aud1', kind: 'speech', confidence: 0.9, spans: [], truncated },
    }),
  });
  const watchful = (audio: string) =>
    colours((text) =>
      text
        .replace(
          'truncated: { text: review, default: allow }',
          `truncated: { audio: ${audio}, default: allow }`,
        )
        .replace('not_served: { action: review }', 'not_served: { action: flag, modifiers: [label] }'),
    );
  const middle = unseen('max_segments', 60_000, 90_000);

  it('is said in the modality of the source, where the policy asks for its action', () => {
    const decision = decide(madeItem([sound, speech(middle)]), watchful('review'), heads);
    expect(decision.notCovered).toContainEqual({
      modality: 'audio',
      partId: 'aud1/speech',
      code: 'truncated',
      categories: [],
      truncation: middle,
    });
    expect(decision.reasons.filter(({ code }) => code === 'truncated')).toMatchObject([
      { action: 'review', partId: 'aud1/speech', modality: 'audio', rule: 'max_segments' },
    ]);
    const [used] = decision.partsUsed.filter(({ partId }) => partId === 'aud1/speech');
    expect(used?.derivation).toMatchObject({ spans: [], truncated: [] });
    const lenient = decide(madeItem([sound, speech(middle)]), watchful('allow'), heads);
    expect(lenient.reasons.filter(({ code }) => code === 'truncated')).toEqual([]);
    expect(lenient.notCovered).toEqual(decision.notCovered);
  });

  it('is said of a part in which nothing was found, too: it may stand there', () => {
    const nothing: MadePart = {
      id: 'aud1/speech',
      source: 'aud1',
      outcome: {
        kind: 'empty',
        record: PartEmpty.fromPartial({ code: 'no_speech', truncated: [middle] }),
      },
    };
    const decision = decide(madeItem([sound, nothing]), watchful('flag'), heads);
    expect(decision.notCovered).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ modality: 'audio', truncation: middle })]),
    );
    expect(decision.reasons).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ code: 'truncated', rule: 'max_segments' })]),
    );
    expect(decision.partsMissing).toContainEqual(
      expect.objectContaining({ partId: 'aud1/speech', code: 'no_speech', state: 'empty' }),
    );
    expect(decision.modalitiesMissing).not.toContain('text');
  });

  it('is a matter of languages where a stretch of speech is in one that the reader lacks', () => {
    const foreign = unseen('language_not_covered', 30_000, 40_000);
    const decision = decide(madeItem([sound, speech(foreign)]), watchful('review'), heads);
    expect(decision.notCovered).toContainEqual({
      modality: 'audio',
      partId: 'aud1/speech',
      code: 'language',
      categories: [],
      truncation: foreign,
    });
    expect(decision.modifiers).toContain('label');
    expect(decision.reasons).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ code: 'language_not_served', action: 'flag', partId: 'aud1/speech' }),
      ]),
    );
    expect(decision.reasons.filter(({ code }) => code === 'truncated')).toEqual([]);
  });

  it('stands beside what the text encoder left out of a long text', () => {
    const outcome = words([[-1, -1]], {
      truncated: [{ span: { unit: SpanUnit.CODE_POINT, start: 5n, end: 9n }, code: 'max_chars' }],
      derivation: { sourcePartId: 'aud1', kind: 'speech', confidence: 0.9, spans: [], truncated: [middle] },
    });
    const item = madeItem([sound, { id: 'aud1/speech', source: 'aud1', outcome }]);
    const gaps = decide(item, watchful('flag'), heads).notCovered.filter(({ code }) => code === 'truncated');
    expect(gaps).toMatchObject([
      { modality: 'audio', truncation: { code: 'max_segments' } },
      { modality: 'text', truncation: { code: 'max_chars' } },
    ]);
  });
});

it('a part that was read names its readers', () => {
  const readers = ['b', 'a'].map((digit) => ({
    name: `reader-${digit}`,
    version: '1',
    digest: digit.repeat(64),
  }));
  const outcome = words([[-1, -1]]);
  if (outcome.kind !== 'embedded') throw new Error('not embedded');
  const read = { ...outcome, record: { ...outcome.record, readBy: readers } };
  const decision = decided(image, { id: 'img1/ocr', source: 'img1', outcome: read });
  expect(decision.partsUsed.find(({ partId }) => partId === 'img1/ocr')?.readBy).toEqual([
    'a'.repeat(64),
    'b'.repeat(64),
  ]);
  expect(decision.models).toEqual(expect.arrayContaining(readers));
});
