import { readFileSync } from 'node:fs';
import { decodeAudio } from '@tercet/audio';
import type { Tensor, Tensors } from '@tercet/encoder/authoring';
import { openModality, part } from '@tercet/encoder/testing';
import { describe, expect, it } from 'vitest';
import { definition } from './modality.js';
import { SPEECH_MODELS } from './settings.js';
import { readVocabulary } from './vocabulary.js';
import { encoderInput, hear, say } from './whisper.js';

type Places = Readonly<Record<string, number>>;

interface Golden {
  readonly mel: Places;
  /** In fp32, by CTranslate2. */
  readonly hidden: Places;
  /** In the graphs' own arithmetic, by NumPy: the encoder's hidden states, and logits after a prompt. */
  readonly own: { readonly prompt: readonly number[]; readonly hidden: Places; readonly logits: Places };
  readonly tokens: readonly number[];
  readonly noSpeech: number;
  readonly languages?: readonly (readonly [string, number])[];
}

// Made by proofs/whisper-oracle.py (the same weights in CTranslate2, a front end in NumPy) and, `own`, by
// proofs/whisper-numpy.py: the same weights in NumPy, in fp32 or quantised as the graphs are.
const golden = JSON.parse(readFileSync(new URL('./whisper.golden.json', import.meta.url), 'utf8')) as Record<
  string,
  Golden
>;
const clip = readFileSync(new URL('../proofs/clip.flac', import.meta.url));
const slots = { encoder: 'encoder', decoder: 'decoder' };
/**
 * Root mean square of the difference over that of what is expected: `hidden` and `logits` beside the same arithmetic (in int8 a
 * number may fall on the other side of a half, and the next layers carry it on), `cost` of hidden states beside fp32.
 * Of probabilities, the largest difference to fp32.
 */
const TOLERANCE = {
  'whisper-tiny-en': { hidden: 1e-4, logits: 1e-4, cost: 1e-4, probability: 1e-3 },
  'whisper-base': { hidden: 0.06, logits: 0.1, cost: 0.25, probability: 0.15 },
} as const;

/** A tensor's values at `row,column` (or `column` of its first row) beside the expected ones. */
function pairs(tensor: Tensor | undefined, at: Places): (readonly [number, number])[] {
  const width = tensor?.dims.at(-1) ?? 0;
  return Object.entries(at).map(([place, value]) => {
    const [column = 0, row = 0] = place.split(',').map(Number).reverse();
    return [Number(tensor?.data[row * width + column]), value];
  });
}

function furthest(tensor: Tensor | undefined, at: Places): number {
  return Math.max(...pairs(tensor, at).map(([found, value]) => Math.abs(found - value)));
}

function relativeError(tensor: Tensor | undefined, at: Places): number {
  const both = pairs(tensor, at);
  const sum = (value: (pair: readonly [number, number]) => number) =>
    both.reduce((total, pair) => total + value(pair), 0);
  return Math.sqrt(sum(([found, value]) => (found - value) ** 2) / sum(([, value]) => value ** 2));
}

function lastRow(tensor: Tensor | undefined): Tensor | undefined {
  const width = tensor?.dims.at(-1) ?? 0;
  return tensor && { ...tensor, data: (tensor.data as Float32Array).slice(-width), dims: [1, width] };
}

/** The cache of a decoder that was told nothing yet. */
function emptied(cache: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(cache).map(([cell, tensor]) => {
      const length = cell.startsWith('past_key') ? 2 : 1;
      const dims = tensor.dims.map((size, axis) => (axis === length ? 0 : size));
      return [cell, { ...tensor, data: new Float32Array(0), dims }];
    }),
  );
}

describe.each(SPEECH_MODELS)('%s beside an independent implementation', (name) => {
  it('hears and says the same', async () => {
    const opened = await openModality(definition, { ...process.env, TERCET_SPEECH_MODEL: name });
    const expected = golden[name] as Golden;
    const decoded = await decodeAudio(clip, opened.settings.decode, new AbortController().signal);
    const samples = decoded?.segments[0]?.samples ?? new Int16Array(0);
    const input = encoderInput(samples);
    const { mel, hidden } = await opened.run('encoder', {
      samples: { type: 'float32', data: input, dims: [1, 1, input.length] },
    });
    expect(furthest(mel, expected.mel)).toBeLessThan(1e-3);
    expect(relativeError(hidden, expected.own.hidden)).toBeLessThan(TOLERANCE[name].hidden);
    expect(relativeError(hidden, expected.hidden)).toBeLessThan(TOLERANCE[name].cost);

    const vocabulary = readVocabulary(opened.models['decoder']?.files ?? {}, name === 'whisper-base');
    const heard = await hear(samples, vocabulary, slots, opened.run);
    const step = await opened.run('decoder', {
      tokens: {
        type: 'int64',
        data: BigInt64Array.from(expected.own.prompt, BigInt),
        dims: [expected.own.prompt.length],
      },
      ...heard.cross,
      ...emptied(heard.cache),
    });
    const logits = lastRow(step['logits']);
    expect(relativeError(logits, expected.own.logits)).toBeLessThan(TOLERANCE[name].logits);
    expect(Math.abs(heard.noSpeech - expected.noSpeech)).toBeLessThan(TOLERANCE[name].probability);
    for (const [code, probability] of expected.languages ?? [])
      expect(Math.abs((heard.languages.get(code) ?? 0) - probability)).toBeLessThan(
        TOLERANCE[name].probability,
      );
    const language = expected.languages ? 'en' : undefined;
    const said = await say(heard, language, vocabulary, slots, opened.run);
    // In int8 a timestamp may fall a step or two beside; the words are the same.
    const compared = (tokens: readonly number[]) =>
      name === 'whisper-base' ? tokens.filter((token) => token < vocabulary.endOfText) : tokens;
    expect(compared(said.tokens)).toEqual(compared(expected.tokens));
    expect(vocabulary.textOf(said.tokens)).toContain('half past');

    const [first] = await opened.encode(part(clip));
    const [again] = await opened.encode(part(clip));
    expect(first).toEqual(again);
    expect(first).toMatchObject({ kind: 'derived', language: 'en' });
  }, 300_000);
});
