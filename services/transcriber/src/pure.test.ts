import { describe, expect, it } from 'vitest';
import { derivedSpeech } from './derived-speech.js';
import { certaintyOf, compressionRatio, soundsEmpty } from './guards.js';
import { joinSegments } from './join-segments.js';
import { chooseLanguage } from './language.js';
import { outcomeOf } from './modality.js';
import { speechStretches } from './speech-stretches.js';
import { speechWindows } from './speech-windows.js';
import { summed, type Unwritten } from './transcript.js';

const SPEECH = { beginFrom: 0.5, endBelow: 0.35, minPauseMs: 300, minSpeechMs: 250, marginMs: 200 };
const WINDOW = { maxWindowMs: 30_000, maxPauseMs: 3_000, searchMs: 10_000 };
const frames = (...runs: [number, number][]) => runs.flatMap(([count, value]) => Array(count).fill(value));

describe('stretches of speech', () => {
  it('drop short sounds and get margins', () => {
    const found = speechStretches(
      frames([10, 0], [20, 0.9], [5, 0.1], [20, 0.4], [10, 0.9], [40, 0], [3, 0.9], [40, 0]),
      32,
      5000,
      SPEECH,
    );
    expect(found).toEqual([
      { start: 120, end: 1160 },
      { start: 1560, end: 2280 },
    ]);
  });
});

describe('windows', () => {
  it('end in pauses and never exceed the limit', () => {
    const windows = speechWindows(
      [
        { start: 0, end: 12_000 },
        { start: 12_500, end: 25_000 },
        { start: 26_000, end: 40_000 },
        { start: 60_000, end: 61_000 },
      ],
      [],
      32,
      WINDOW,
    );
    expect(windows).toEqual([
      { start: 0, end: 25_000 },
      { start: 26_000, end: 40_000 },
      { start: 60_000, end: 61_000 },
    ]);
  });

  it('cuts speech without a pause where it is least probable', () => {
    const probabilities = new Float32Array(2000).fill(0.9);
    probabilities[800] = 0.2;
    const windows = speechWindows([{ start: 0, end: 50_000 }], probabilities, 32, WINDOW);
    expect(windows).toEqual([
      { start: 0, end: 25_616 },
      { start: 25_616, end: 50_000 },
    ]);
  });
});

describe('recordings', () => {
  it('join what touches or overlaps', () => {
    const segment = (start: number, end: number, value: number) => ({
      span: { start, end },
      samples: new Int16Array((end - start) * 16).fill(value),
    });
    const joined = joinSegments([segment(0, 10, 1), segment(8, 18, 2), segment(30, 40, 3)]);
    expect(joined.map(({ startMs, samples }) => [startMs, samples.length])).toEqual([
      [0, 288],
      [30, 160],
    ]);
  });
});

describe('languages', () => {
  const covered = ['en', 'de'];
  it('are believed where likely, declared ones where not', () => {
    expect(chooseLanguage(new Map([['ru', 0.9]]), 'en', covered)).toEqual({
      code: 'ru',
      covered: false,
      certain: true,
    });
    const unsure = new Map([
      ['ru', 0.3],
      ['de', 0.2],
    ]);
    expect(chooseLanguage(unsure, 'de-AT', covered)).toEqual({ code: 'de', covered: true, certain: true });
    expect(chooseLanguage(new Map(), 'fr', ['en'])).toEqual({ code: 'fr', covered: false, certain: true });
    expect(chooseLanguage(new Map(), '', ['en'])).toEqual({ code: 'en', covered: true, certain: false });
  });

  it('are not certain where nothing is likely and nothing was declared', () => {
    const taken = (probability: number, declared: string) =>
      chooseLanguage(new Map([['de', probability]]), declared, covered);
    expect(taken(0.3, '')).toEqual({ code: 'de', covered: true, certain: false });
    expect(taken(0.7, '')).toMatchObject({ code: 'de', certain: false });
    expect(taken(0.7, 'en')).toMatchObject({ code: 'de', certain: false });
    expect(taken(0.7, 'de')).toMatchObject({ code: 'de', certain: true });
    expect(taken(0.9, '')).toMatchObject({ code: 'de', certain: true });
  });
});

describe('guards', () => {
  it('tell repetition from speech, and silence by both signs', () => {
    expect(compressionRatio('thank you '.repeat(30))).toBeGreaterThan(2.4);
    expect(compressionRatio('The ferry leaves at half past nine unless the wind is strong.')).toBeLessThan(
      2.4,
    );
    expect(soundsEmpty(0.9, -1.5)).toBe(true);
    expect(soundsEmpty(0.9, -0.2)).toBe(false);
  });

  it('are not taken in by a recogniser that grows surer of what it repeats', () => {
    const said = (text: string, confidence: number) => ({ start: 0, end: 1, text, confidence });
    const looping = [said('no idea', 0.2), said('no idea', 0.7), said('no idea', 0.9)];
    expect(certaintyOf(looping)).toBeCloseTo(0.2, 9);
    expect(certaintyOf([said('a bee', 0.9), said('sings', 0.7)])).toBeCloseTo(0.8, 9);
    expect(certaintyOf([])).toBe(0);
  });
});

describe('the derived text', () => {
  it('counts code points and weighs confidence by them', () => {
    const derived = derivedSpeech([
      { start: 0, end: 900, text: 'a😀', confidence: 0.5 },
      { start: 1000, end: 2000, text: 'four', confidence: 0.8 },
    ]);
    expect(derived.text).toBe('a😀 four');
    expect(derived.confidence).toBeCloseTo(0.7, 10);
    expect(derived.spans.map(({ text }) => [text?.start, text?.end])).toEqual([
      [0n, 2n],
      [3n, 7n],
    ]);
    expect(derived.spans[1]?.evidence?.span).toMatchObject({ start: 1000n, end: 2000n });
  });
});

describe('the outcome', () => {
  const said = { start: 0, end: 9_000, text: 'good morning', confidence: 0.9 };
  const left = (code: Unwritten['code'], start: number, end: number, language = ''): Unwritten => ({
    code,
    start,
    end,
    speechMs: end - start,
    language,
  });
  const outcome = (segments: readonly (typeof said)[], unwritten: readonly Unwritten[], speechMs: number) => {
    const language = segments.length > 0 ? 'en' : undefined;
    return outcomeOf(summed([{ segments, language, unwritten }], speechMs), [{ start: 30_000, end: 60_000 }]);
  };

  it('names what was not listened to, and speech in other languages', () => {
    const result = outcome([said], [left('language_not_covered', 9_000, 12_000, 'pl')], 12_000);
    expect(result).toMatchObject({
      kind: 'derived',
      language: 'en',
      truncated: [
        { code: 'max_segments', span: { start: 30_000n, end: 60_000n } },
        { code: 'language_not_covered', span: { start: 9_000n, end: 12_000n } },
      ],
    });
  });

  it('is a failure where most of the speech is in other languages', () => {
    const unwritten = [
      left('language_not_covered', 9_000, 14_000, 'pl'),
      left('language_not_covered', 14_000, 19_000, 'cs'),
      left('language_not_covered', 20_000, 21_000, 'pl'),
    ];
    expect(() => outcome([said], unwritten, 20_000)).toThrow(
      expect.objectContaining({ code: 'language_not_covered', detail: 'pl' }),
    );
  });

  it('never says that nobody spoke where somebody did', () => {
    expect(outcome([], [left('unintelligible', 0, 4_000, 'en')], 4_000)).toMatchObject({
      kind: 'empty',
      code: 'no_words',
      truncated: [{ code: 'max_segments' }, { code: 'unintelligible' }],
    });
    expect(outcome([], [], 400)).toMatchObject({ kind: 'empty', code: 'no_speech' });
  });
});
