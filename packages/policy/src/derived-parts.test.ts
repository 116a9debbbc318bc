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

  it.each(['no_text', 'no_speech'])('in which there was nothing to read (%s) asks for nothing', (code) => {
    const decision = decided(image, { id: 'img1/ocr', source: 'img1', outcome: empty(code) });
    expect(decision).toMatchObject({ action: 'allow', reasons: [], modalitiesMissing: [] });
    expect(decision.partsMissing).toMatchObject([{ partId: 'img1/ocr', state: 'empty', code }]);
    expect(decision.notCovered.filter(({ partId }) => partId === 'img1/ocr')).toEqual([]);
    // An empty part of upstream's own is another matter.
    expect(decided({ id: 't', outcome: empty('empty_text') })).toMatchObject({
      action: 'block',
      modalitiesMissing: ['text'],
    });
  });

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
