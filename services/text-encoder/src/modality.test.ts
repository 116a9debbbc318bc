import { decodeVector, SpanUnit } from '@tercet/contracts';
import type { Outcome } from '@tercet/encoder/authoring';
import {
  checkGolden,
  cosine,
  onlyEmbedding as embeddingOf,
  maxDifference,
  openModality,
  part,
  vectorsOf as vectorsOfModel,
} from '@tercet/encoder/testing';
import { LEXICON, lexicalVector } from '@tercet/lexicon';
import { describe, expect, it } from 'vitest';
import { definition } from './modality.js';

const int8 = await openModality(definition, {});
/** With small limits, so that what lies beyond them need not be large. */
const few = await openModality(definition, {
  TERCET_MAX_TEXT_WINDOWS: '6',
  TERCET_MAX_TEXT_FOCUS_WINDOWS: '12',
  TERCET_MAX_TEXT_CHARS: '20000',
});
const fp32 = await openModality(definition, {}, { text: 'all-minilm-l6-v2-fp32' });

/** Of the sentence model: what the word lists say stands beside its vectors. */
const modelOf = (outcome: Outcome | undefined) =>
  outcome?.kind === 'embedded' ? outcome.embeddings[0]?.model?.digest : undefined;
const onlyEmbedding = (outcome: Outcome | undefined) => embeddingOf(outcome, modelOf(outcome));
const vectorsOf = (outcome: Outcome | undefined) => vectorsOfModel(outcome, modelOf(outcome));

const SENTENCE = 'The harbour opens at nine and closes before the tide.';
const FILLER = 'We walked along the river and spoke about the garden. ';
const benign = (chars: number) => FILLER.repeat(Math.ceil(chars / FILLER.length)).slice(0, chars);

async function failure(bytes: Uint8Array | string, mediaType = ''): Promise<unknown> {
  return int8.encode(part(bytes, mediaType)).then(
    () => 'no failure',
    (error: { code?: string }) => error.code,
  );
}

function truncatedOf(outcome: Outcome | undefined) {
  return outcome?.kind === 'embedded' ? outcome.truncated : [];
}

describe('text', () => {
  it('gives one vector of 384 elements and unit length without a span', async () => {
    const [outcome] = await int8.encode({ ...part(SENTENCE), language: 'en' });
    const { vectors, dimension, model, vectorDigest } = onlyEmbedding(outcome);
    expect(dimension).toBe(384);
    expect(vectors).toHaveLength(1);
    expect(vectors[0]?.span).toBeUndefined();
    expect(model).toEqual(int8.models['text']?.ref);
    expect(vectorDigest).toMatch(/^[0-9a-f]{64}$/);
    const [vector] = vectorsOf(outcome);
    expect(Math.hypot(...(vector ?? []))).toBeCloseTo(1, 4);
    expect(outcome).toMatchObject({ kind: 'embedded', language: 'en', truncated: [] });
  });

  it('says which language the words are in, and where they change to another one, in code points', async () => {
    const english = '😀 The library opens at nine. ';
    const spanish = 'Mañana vamos a la playa con toda la familia';
    const [mixed, whole] = await int8.encode(
      { ...part(`${english}${spanish}.`), language: 'en-GB' },
      { ...part(spanish), language: 'en-GB' },
    );
    const start = BigInt([...english].length);
    const span = { unit: SpanUnit.CODE_POINT, start, end: start + BigInt(spanish.length) };
    expect(mixed).toMatchObject({ language: 'en-GB', truncated: [{ code: 'language_not_served', span }] });
    expect(whole).toMatchObject({ language: 'es', truncated: [] });
  });

  it('keeps where a derived text was read, in the code points of its own text', async () => {
    const derivation = {
      sourcePartId: 'img1',
      kind: 'ocr',
      confidence: 0.5,
      spans: [
        {
          text: { unit: SpanUnit.CODE_POINT, start: 4n, end: 9n },
          evidence: { span: undefined, box: undefined, confidence: 0.5 },
        },
      ],
      truncated: [{ span: { unit: SpanUnit.FRAME, start: 1n, end: 4n }, code: 'max_frames' }],
    };
    const [derived, plain] = await int8.encode(
      { ...part('a\u200b\u200bb tide'), derivation },
      part('The tide.'),
    );
    const start = { unit: SpanUnit.CODE_POINT, start: 2n, end: 7n };
    expect(derived).toMatchObject({ derivation: { ...derivation, spans: [{ text: start }] } });
    expect(plain).not.toHaveProperty('derivation');
  });

  it('says beside each window what word lists say of that window', async () => {
    const rude = 'WHAT AN IDIOT';
    const [outcome] = await int8.encode(part(`${FILLER.repeat(20)}\n${rude}`));
    if (outcome?.kind !== 'embedded') throw new Error('not embedded');
    const [model, lists, ...more] = outcome.embeddings;
    if (model === undefined || lists === undefined) throw new Error('two embeddings');
    expect(more).toEqual([]);
    expect(lists.model).toEqual(LEXICON);
    expect(lists.vectors.map(({ span }) => span)).toEqual(model.vectors.map(({ span }) => span));
    const rows = lists.vectors.map((vector) => [...decodeVector(vector, lists.encoding, lists.dimension)]);
    expect(rows.at(-1)).toEqual([...lexicalVector(rude)]);
    expect(rows[1]).toEqual([...lexicalVector(FILLER)]);
    expect(int8.settings.lexicon).toBe(LEXICON.digest);
  });

  it('knows what resembles what', async () => {
    const outcomes = await int8.encode(
      part(SENTENCE),
      part('The port is open from nine o clock until the tide comes in.'),
      part('My printer does not find the wireless network any more.'),
    );
    const [port, same, other] = outcomes.map((outcome) => vectorsOf(outcome)[0] ?? []);
    expect(cosine(port ?? [], same ?? [])).toBeGreaterThan(cosine(port ?? [], other ?? []) + 0.3);
  });

  it.each(['', ' \n\t ', '\u200b\0\ufeff'])('calls %j empty', async (text) => {
    expect(await int8.encode(part(text))).toEqual([{ kind: 'empty', code: 'empty_text' }]);
  });

  it('reads through NULs and invisible characters', async () => {
    const [plain, hidden] = await int8.encode(part('hello world'), part('he\0l\u200blo wor\u00adld\0'));
    expect(vectorsOf(hidden)).toEqual(vectorsOf(plain));
  });

  it('refuses bytes that are no UTF-8, and what was declared as something else', async () => {
    expect(await failure(Uint8Array.of(0x61, 0xed, 0xa0, 0x80))).toBe('bad_text');
    expect(await failure(Uint8Array.of(0xff, 0xfe, 0x41))).toBe('bad_text');
    expect(await failure(SENTENCE, 'image/png')).toBe('media_mismatch');
  });

  it('has a sentence behind 20,000 other characters inside a window', async () => {
    const filler = benign(20_000);
    const [outcome, alone] = await int8.encode(part(filler + SENTENCE), part(SENTENCE));
    const { vectors } = onlyEmbedding(outcome);
    expect(truncatedOf(outcome)).toEqual([]);
    const holding = vectors.findIndex(
      ({ span }) => span && span.start <= 20_000n && span.end >= BigInt(20_000 + SENTENCE.length),
    );
    expect(holding).toBeGreaterThanOrEqual(0);
    // Among the sentences there is one that is little else: a mean over more would have forgotten it.
    const alike = vectorsOf(outcome).map((vector) => cosine(vector, vectorsOf(alone)[0] ?? []));
    expect(Math.max(...alike)).toBeGreaterThan(0.8);
  });

  it('keeps a sentence apart from those around it', async () => {
    const [outcome, alone] = await int8.encode(
      part(`${FILLER.repeat(6)}${SENTENCE} ${FILLER.repeat(6)}`),
      part(SENTENCE),
    );
    const alike = vectorsOf(outcome).map((vector) => cosine(vector, vectorsOf(alone)[0] ?? []));
    expect(Math.max(...alike)).toBeGreaterThan(0.999);
  });

  it('tells what it did not look at', async () => {
    const [outcome] = await few.encode(part(benign(19_000)));
    const truncated = truncatedOf(outcome);
    expect(onlyEmbedding(outcome).vectors.length).toBeLessThanOrEqual(6 + 12);
    expect(truncated.length).toBeGreaterThan(0);
    for (const { code, span } of truncated) {
      expect(code).toBe('max_windows');
      expect(span?.unit).toBe(SpanUnit.CODE_POINT);
    }
  });

  it.each([
    ['10 MB of words', benign(10_000_000)],
    ['one word of a megabyte', 'a'.repeat(1_000_000)],
  ])('looks at %s from its beginning to its end', async (_what, text) => {
    const [outcome] = await few.encode(part(text));
    const { vectors } = onlyEmbedding(outcome);
    expect(vectors.length).toBeLessThanOrEqual(6 + 12);
    expect(vectors[0]?.span?.start).toBe(0n);
    expect(Math.max(...vectors.map(({ span }) => Number(span?.end)))).toBeGreaterThan(text.length - 5);
    expect(new Set(truncatedOf(outcome).map((gap) => gap.code))).toEqual(new Set(['max_chars']));
  });

  it('counts cost in tokens', async () => {
    const prepared = await int8.modality.prepare(part('one two three'), new AbortController().signal);
    expect('empty' in prepared ? 0 : int8.modality.cost(prepared)).toBe(5);
  });
});

describe('a batch', () => {
  const texts = [
    SENTENCE,
    'no',
    benign(900),
    `${'loud '.repeat(60)}!`,
    '\u6f22\u5b57',
    benign(2500),
    'a'.repeat(300),
  ];

  it.each([
    ['fp32', fp32, 1e-5],
    ['int8', int8, 2e-2],
  ])('changes no vector of its parts: %s', async (precision, opened, tolerance) => {
    const together = await opened.encode(...texts.map((text) => part(text)));
    for (const [index, text] of texts.entries()) {
      const [alone] = await opened.encode(part(text));
      for (const [row, vector] of vectorsOf(alone).entries()) {
        const neighboured = vectorsOf(together[index])[row] ?? [];
        expect(maxDifference(vector, neighboured), `${precision} ${index}.${row}`).toBeLessThan(tolerance);
        expect(cosine(vector, neighboured), `${precision} ${index}.${row}`).toBeGreaterThan(0.9999);
      }
    }
  });

  it('gives the same bytes for the same bytes', async () => {
    const [first] = await int8.encode(part(benign(2000)));
    const [second] = await int8.encode(part(benign(2000)));
    expect(onlyEmbedding(second).vectorDigest).toBe(onlyEmbedding(first).vectorDigest);
  });
});

it('gives the vectors that are on file', async () => {
  const [sentence, word] = await int8.encode(part(SENTENCE), part('no'));
  const [exact] = await fp32.encode(part(SENTENCE));
  checkGolden(new URL('./text.golden.json', import.meta.url), {
    'sentence int8': vectorsOf(sentence)[0] ?? [],
    'word int8': vectorsOf(word)[0] ?? [],
    'sentence fp32': vectorsOf(exact)[0] ?? [],
  });
});
