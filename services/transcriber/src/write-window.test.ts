import type { RunModel, Tensor } from '@tercet/encoder/authoring';
import { describe, expect, it } from 'vitest';
import type { Vocabulary } from './vocabulary.js';
import { writeWindow } from './write-window.js';

const LETTERS = 'abcdefghij';
const START = 11;
const FIRST_TIME = 20;
const SIZE = FIRST_TIME + 1501;
const vocabulary: Vocabulary = {
  endOfText: 10,
  startOfTranscript: START,
  transcribe: 14,
  noSpeech: 15,
  noTimestamps: 16,
  firstTimestamp: FIRST_TIME,
  languages: new Map([
    [12, 'en'],
    [13, 'pl'],
  ]),
  suppressed: [],
  suppressedFirst: [],
  textOf: (tokens) => tokens.map((token) => LETTERS[token] ?? '').join(''),
};

interface Speech {
  /** Probability of English; the rest is Polish. */
  readonly english: number;
  readonly noSpeech?: number;
  /** Spoken letters, and how sure each is. */
  readonly letters: string;
  readonly confidence: number;
}

const tensor = (data: Float32Array, dims: readonly number[]): Tensor => ({ type: 'float32', data, dims });

/** A recogniser that says one segment over the whole window, whatever it hears. */
function recogniser({ english, noSpeech = 0.1, letters, confidence }: Speech, windowMs: number): RunModel {
  const text = [...letters].map((letter) => LETTERS.indexOf(letter));
  const end = text.length === 0 ? [] : [FIRST_TIME + windowMs / 20];
  const said = [FIRST_TIME, ...text, ...end, vocabulary.endOfText];
  let next = 0;
  return async (slot, inputs) => {
    if (slot === 'encoder')
      return {
        'cross_key.0': tensor(new Float32Array(64), [1, 64, 1]),
        'cross_value.0': tensor(new Float32Array(64), [1, 1, 64]),
      };
    const logits = new Float32Array(SIZE).fill(Number.NEGATIVE_INFINITY);
    const likely = (token: number, probability: number): void => {
      logits[token] = Math.log(probability);
    };
    if (Number(inputs['tokens']?.data[0]) === START) {
      next = 0;
      likely(12, english * (1 - noSpeech));
      likely(13, (1 - english) * (1 - noSpeech));
      likely(15, noSpeech);
    } else {
      const token = said[next] ?? vocabulary.endOfText;
      next += 1;
      const isText = token < vocabulary.endOfText;
      if (isText) for (let other = 0; other < 10; other += 1) likely(other, (1 - confidence) / 9);
      likely(token, isText ? confidence : 1);
    }
    const cell = tensor(new Float32Array(64), [1, 64, 1]);
    return { logits: tensor(logits, [1, SIZE]), 'key.0': cell, 'value.0': cell };
  };
}

function write(speech: Speech, { declared = '', speechMs = 3_000, languages = ['en'] } = {}) {
  const whole = { start: 0, end: speechMs };
  const recording = { startMs: 60_000, samples: new Int16Array(speechMs * 16) };
  const model = {
    slots: { encoder: 'encoder', decoder: 'decoder', voice: 'voice' },
    vocabulary,
    languages,
  };
  const window = { ...whole, recording, speech: [whole] };
  return writeWindow(window, declared, model, recogniser(speech, speechMs));
}

const unwritten = { start: 60_000, end: 63_000, speechMs: 3_000 };

describe('a window of speech', () => {
  it('is written down where its language is certain', async () => {
    const {
      segments,
      language,
      unwritten: left,
    } = await write({ english: 0.9, letters: 'cab', confidence: 0.4 });
    expect(segments).toMatchObject([{ start: 60_000, end: 63_000, text: 'cab' }]);
    expect(segments[0]?.confidence).toBeCloseTo(0.4, 5);
    expect({ language, left }).toEqual({ language: 'en', left: [] });
  });

  it('in an uncertain language counts where its text is sure, and where the language was declared', async () => {
    const sure = await write({ english: 0.6, letters: 'cab', confidence: 0.7 });
    expect(sure.segments).toHaveLength(1);
    const declared = await write({ english: 0.6, letters: 'cab', confidence: 0.4 }, { declared: 'en-GB' });
    expect(declared.segments).toHaveLength(1);
  });

  it('in an uncertain language and with an unsure text is in another language', async () => {
    expect(await write({ english: 0.6, letters: 'cab', confidence: 0.4 })).toEqual({
      segments: [],
      language: undefined,
      unwritten: [{ ...unwritten, code: 'language_not_covered', language: '' }],
    });
  });

  it('in a language that is not covered names it, whatever its text', async () => {
    expect(await write({ english: 0.1, letters: 'cab', confidence: 0.9 })).toMatchObject({
      segments: [],
      unwritten: [{ code: 'language_not_covered', language: 'pl' }],
    });
  });

  it('in a certain language whose text is not believed is unintelligible', async () => {
    expect(await write({ english: 0.9, letters: 'cab', confidence: 0.2 })).toMatchObject({
      segments: [],
      language: undefined,
      unwritten: [{ ...unwritten, code: 'unintelligible', language: 'en' }],
    });
    const silent = await write({ english: 0.9, letters: '', confidence: 0.9 });
    expect(silent.unwritten).toMatchObject([{ ...unwritten, code: 'unintelligible' }]);
  });

  it('is not reported where it is short, less so where the recogniser denies that it is speech', async () => {
    const unsure = { english: 0.6, letters: 'cab', confidence: 0.4 };
    expect((await write(unsure, { speechMs: 800 })).unwritten).toEqual([]);
    expect((await write(unsure, { speechMs: 1_600 })).unwritten).toHaveLength(1);
    const denied = { ...unsure, noSpeech: 0.7 };
    expect((await write(denied, { speechMs: 1_600 })).unwritten).toEqual([]);
    expect((await write(denied)).unwritten).toHaveLength(1);
  });
});
