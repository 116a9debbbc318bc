import { describe, expect, it } from 'vitest';
import { derivedSpeech } from './derived-speech.js';
import { compressionRatio, soundsEmpty } from './guards.js';
import { joinSegments } from './join-segments.js';
import { chooseLanguage } from './language.js';
import { speechStretches } from './speech-stretches.js';
import { speechWindows } from './speech-windows.js';

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
    expect(chooseLanguage(new Map([['ru', 0.9]]), 'en', covered)).toEqual({ code: 'ru', covered: false });
    const unsure = new Map([
      ['ru', 0.3],
      ['de', 0.2],
    ]);
    expect(chooseLanguage(unsure, 'de-AT', covered)).toEqual({ code: 'de', covered: true });
    expect(chooseLanguage(new Map(), 'fr', ['en'])).toEqual({ code: 'fr', covered: false });
    expect(chooseLanguage(new Map(), '', ['en'])).toEqual({ code: 'en', covered: true });
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
});

describe('the derived text', () => {
  it('counts code points and weighs confidence by them', () => {
    const derived = derivedSpeech(
      [
        { start: 0, end: 900, text: 'a😀', confidence: 0.5 },
        { start: 1000, end: 2000, text: 'four', confidence: 0.8 },
      ],
      'en',
    );
    expect(derived.text).toBe('a😀 four');
    expect(derived.confidence).toBeCloseTo(0.7, 10);
    expect(derived.spans.map(({ text }) => [text?.start, text?.end])).toEqual([
      [0n, 2n],
      [3n, 7n],
    ]);
    expect(derived.spans[1]?.evidence?.span).toMatchObject({ start: 1000n, end: 2000n });
  });
});
