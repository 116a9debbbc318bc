import { readFileSync } from 'node:fs';
import { decodeAudio } from '@tercet/audio';
import { openModality, part } from '@tercet/encoder/testing';
import { describe, expect, it } from 'vitest';
import { definition } from './modality.js';
import { SPEECH_MODELS } from './settings.js';
import { readVocabulary } from './vocabulary.js';
import { encoderInput, hear, say } from './whisper.js';

interface Golden {
  readonly mel: Record<string, number>;
  readonly hidden: Record<string, number>;
  readonly tokens: readonly number[];
  readonly noSpeech: number;
  readonly languages?: readonly (readonly [string, number])[];
}

// Made by proofs/whisper-oracle.py: the same weights in CTranslate2, a front end in NumPy.
const golden = JSON.parse(readFileSync(new URL('./whisper.golden.json', import.meta.url), 'utf8')) as Record<
  string,
  Golden
>;
const clip = readFileSync(new URL('../proofs/clip.flac', import.meta.url));
const slots = { encoder: 'encoder', decoder: 'decoder' };
/** fp32 differs from an independent fp32 by the order of sums; int8 by its rounding. */
const TOLERANCE = {
  'whisper-tiny-en': { hidden: 2e-3, probability: 1e-3 },
  'whisper-base': { hidden: 1.5, probability: 0.15 },
} as const;

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
    const furthest = (tensor: typeof mel, at: Record<string, number>): number => {
      const width = tensor?.dims.at(-1) ?? 0;
      return Math.max(
        ...Object.entries(at).map(([place, value]) => {
          const [row = 0, column = 0] = place.split(',').map(Number);
          return Math.abs(Number(tensor?.data[row * width + column]) - value);
        }),
      );
    };
    expect(furthest(mel, expected.mel)).toBeLessThan(1e-3);
    expect(furthest(hidden, expected.hidden)).toBeLessThan(TOLERANCE[name].hidden);

    const vocabulary = readVocabulary(opened.models['decoder']?.files ?? {}, name === 'whisper-base');
    const heard = await hear(samples, vocabulary, slots, opened.run);
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
