import { crc32, deflateSync } from 'node:zlib';
import { SpanUnit } from '@tercet/contracts';
import type { Outcome } from '@tercet/encoder/authoring';
import {
  checkGolden,
  cosine,
  maxDifference,
  onlyEmbedding,
  openModality,
  part,
  vectorsOf,
} from '@tercet/encoder/testing';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { definition } from './modality.js';

const image = await openModality(definition, {});

/** A smooth pattern that differs by `seed`, the same on every machine: RGB, 8 bit. */
function pattern(width: number, height: number, seed = 1): Buffer {
  const rgb = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3;
      rgb[at] = 128 + 127 * Math.sin((x * seed) / 17);
      rgb[at + 1] = 128 + 127 * Math.sin((y * seed) / 23);
      rgb[at + 2] = 128 + 127 * Math.sin((x + y) / (7 * seed));
    }
  }
  return rgb;
}

const picture = (width: number, height: number, seed = 1) =>
  sharp(pattern(width, height, seed), { raw: { width, height, channels: 3 } });

/** An animation whose frames differ; the format's encoder would join equal ones. */
function animation(frames: number, format: 'gif' | 'webp'): Promise<Buffer> {
  const side = 48;
  const raw = Buffer.concat(Array.from({ length: frames }, (_, seed) => pattern(side, side, seed + 1)));
  return sharp(raw, { raw: { width: side, height: side * frames, channels: 3, pageHeight: side } })
    [format]({ loop: 0 })
    .toBuffer();
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), 8 + data.length);
  return chunk;
}

/** A PNG whose header announces a size that its data do not hold. */
function pngOfSize(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(1000))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

async function failure(bytes: Uint8Array, mediaType = ''): Promise<unknown> {
  return image.encode(part(bytes, mediaType)).then(
    (outcomes) => outcomes[0]?.kind,
    (error: { code?: string }) => error.code,
  );
}

const framesOf = (outcome: Outcome | undefined) =>
  onlyEmbedding(outcome).vectors.map(({ span }) => Number(span?.start));

const half = (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1);

describe('image', () => {
  it('gives one vector of 1280 elements without a span, and five probabilities', async () => {
    const [outcome] = await image.encode(part(await picture(320, 240).jpeg().toBuffer(), 'image/jpeg'));
    const { dimension, vectors, model, signals } = onlyEmbedding(outcome);
    expect(dimension).toBe(1280);
    expect(vectors).toHaveLength(1);
    expect(vectors[0]?.span).toBeUndefined();
    expect(model).toEqual(image.models['image']?.ref);
    expect(signals.map(({ name }) => name)).toEqual(['drawing', 'hentai', 'neutral', 'porn', 'sexy']);
    const sum = signals.reduce((total, { values }) => total + (values[0] ?? 0), 0);
    expect(sum).toBeCloseTo(1, 3);
  });

  it.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('reads %s', async (format) => {
    const bytes = await picture(96, 80)[format]().toBuffer();
    expect(await failure(bytes, 'image/*')).toBe('embedded');
  });

  it('turns a picture upright first', async () => {
    const upright = await picture(300, 200).png().toBuffer();
    const sideways = sharp(upright).rotate(270);
    const tagged = await sideways.clone().withMetadata({ orientation: 6 }).png().toBuffer();
    const untagged = await sideways.png().toBuffer();
    const outcomes = await image.encode(part(upright), part(tagged), part(untagged));
    const [right, turned, wrong] = outcomes.map((outcome) => vectorsOf(outcome)[0] ?? []);
    // libvips samples rows and columns up to half a pixel apart, so that they are alike and not the same.
    expect(cosine(right ?? [], turned ?? [])).toBeGreaterThan(0.99);
    expect(cosine(right ?? [], wrong ?? [])).toBeLessThan(0.95);
  });

  it('shows both white and black drawing on transparency', async () => {
    const empty = await sharp({ create: { width: 100, height: 100, channels: 4, background: '#0000' } })
      .png()
      .toBuffer();
    const [plain] = await image.encode(part(empty));
    for (const shade of [0, 255]) {
      const rgba = Buffer.alloc(100 * 100 * 4);
      for (let y = 20; y < 80; y += 1)
        rgba.fill(Buffer.from([shade, shade, shade, 255]), (y * 100 + 20) * 4, (y * 100 + 80) * 4);
      const drawn = await sharp(rgba, { raw: { width: 100, height: 100, channels: 4 } })
        .png()
        .toBuffer();
      const [outcome] = await image.encode(part(drawn));
      expect(maxDifference(vectorsOf(outcome)[0] ?? [], vectorsOf(plain)[0] ?? [])).toBeGreaterThan(0.1);
    }
  });

  it('looks at a long picture in squares', async () => {
    const [outcome] = await image.encode(part(await picture(100, 720).png().toBuffer()));
    const { vectors } = onlyEmbedding(outcome);
    expect(vectors).toHaveLength(8);
    for (const { span } of vectors) expect(span).toMatchObject({ unit: SpanUnit.FRAME, start: 0n, end: 1n });
  });

  it.each([
    ['1x1', 1, 1],
    ['20000x1', 20_000, 1],
    ['1x20000', 1, 20_000],
    ['an aspect of 40', 20, 800],
  ])('refuses %s', async (_what, width, height) => {
    const bytes = await sharp({ create: { width, height, channels: 3, background: '#456' } })
      .png()
      .toBuffer();
    expect(await failure(bytes)).toBe('bad_dimensions');
  });

  it('refuses a picture of 900 megapixels by its header', async () => {
    const before = process.memoryUsage.rss();
    expect(await failure(pngOfSize(30_000, 30_000), 'image/png')).toBe('too_many_pixels');
    expect(process.memoryUsage.rss() - before).toBeLessThan(100e6);
  });

  it('refuses an AVIF earlier, whose decoder takes more memory', async () => {
    const strict = await openModality(definition, { TERCET_MAX_AVIF_PIXELS: '10000' });
    const [png, avif] = [await picture(128, 128).png().toBuffer(), await picture(128, 128).avif().toBuffer()];
    expect(await strict.encode(part(png))).toMatchObject([{ kind: 'embedded' }]);
    await expect(strict.encode(part(avif))).rejects.toMatchObject({ code: 'too_many_pixels' });
  });

  it('refuses what its header announces and its data do not hold', async () => {
    expect(await failure(pngOfSize(300, 300))).toBe('undecodable_media');
  });

  it.each(['jpeg', 'png', 'webp', 'avif'] as const)('refuses a truncated %s', async (format) => {
    expect(await failure(half(await picture(400, 300)[format]().toBuffer()))).toBe('undecodable_media');
  });

  const svg = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="50" height="50"/>';
  it.each([
    ['an SVG', Buffer.from(svg), 'image/svg+xml', 'unsupported_media'],
    ['an SVG without a declaration', Buffer.from(svg.slice(21)), 'image/png', 'unsupported_media'],
    ['text', Buffer.from('not a picture'), 'image/png', 'unsupported_media'],
    ['nothing', Buffer.alloc(0), 'image/png', 'undecodable_media'],
    [
      'a sound declared as a picture',
      Buffer.from('RIFF\x24\0\0\0WAVEfmt \x10\0\0\0', 'latin1'),
      'image/png',
      'media_mismatch',
    ],
    ['a PDF declared as a picture', Buffer.from('%PDF-1.7\n'), 'image/png', 'media_mismatch'],
  ])('refuses %s', async (_what, bytes, mediaType, code) => {
    expect(await failure(bytes, mediaType)).toBe(code);
  });

  it('refuses a loader that was not let in, and a picture that was declared as a sound', async () => {
    expect(await failure(await picture(64, 64).tiff().toBuffer(), 'image/tiff')).toBe('unsupported_media');
    expect(await failure(await picture(64, 64).png().toBuffer(), 'audio/wav')).toBe('media_mismatch');
  });

  it('stops when it is told to', async () => {
    const bytes = await picture(64, 64).png().toBuffer();
    await expect(image.modality.prepare(part(bytes), AbortSignal.abort())).rejects.toMatchObject({
      kind: 'Unavailable',
    });
  });
});

describe('an animation', () => {
  it.each(['gif', 'webp'] as const)('is looked at frame by frame: %s', async (format) => {
    const [outcome] = await image.encode(part(await animation(5, format)));
    expect(framesOf(outcome)).toEqual([0, 1, 2, 3, 4]);
    expect(outcome).toMatchObject({ truncated: [] });
    const [first, , , , last] = vectorsOf(outcome);
    expect(maxDifference(first ?? [], last ?? [])).toBeGreaterThan(0.1);
  });

  it.each(['gif', 'webp'] as const)('of many frames shows its first and its last: %s', async (format) => {
    const [outcome] = await image.encode(part(await animation(40, format)));
    const frames = framesOf(outcome);
    expect(frames).toHaveLength(16);
    expect(frames[0]).toBe(0);
    expect(frames.at(-1)).toBe(39);
    const truncated = outcome?.kind === 'embedded' ? outcome.truncated : [];
    const skipped = truncated.flatMap(({ code, span }) => {
      expect(code).toBe('max_frames');
      return Array.from(
        { length: Number(span?.end) - Number(span?.start) },
        (_, i) => Number(span?.start) + i,
      );
    });
    expect([...frames, ...skipped].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });

  it('in a PNG is told as not looked at: the decoder shows its first picture only', async () => {
    const still = await picture(64, 64).png().toBuffer();
    const control = Buffer.alloc(8);
    control.writeUInt32BE(3, 0);
    const animated = Buffer.concat([still.subarray(0, 33), pngChunk('acTL', control), still.subarray(33)]);
    const [outcome] = await image.encode(part(animated, 'image/png'));
    expect(framesOf(outcome)).toEqual([0]);
    expect(outcome).toMatchObject({ truncated: [{ code: 'max_frames', span: { start: 1n, end: 3n } }] });
  });
});

describe('a batch', () => {
  it('changes no vector and no signal of its parts', async () => {
    const files = [
      await picture(320, 240).jpeg().toBuffer(),
      await picture(64, 64, 5).png().toBuffer(),
      await animation(7, 'gif'),
      await picture(60, 600, 3).webp().toBuffer(),
      await sharp({ create: { width: 50, height: 50, channels: 3, background: '#fff' } })
        .png()
        .toBuffer(),
    ];
    const together = await image.encode(...files.map((bytes) => part(bytes)));
    for (const [index, bytes] of files.entries()) {
      const [alone] = await image.encode(part(bytes));
      const vectors = vectorsOf(alone);
      expect(vectorsOf(together[index])).toHaveLength(vectors.length);
      for (const [row, vector] of vectors.entries())
        expect(maxDifference(vector, vectorsOf(together[index])[row] ?? [])).toBeLessThan(1e-5);
      for (const [at, { values }] of onlyEmbedding(alone).signals.entries())
        expect(maxDifference(values, onlyEmbedding(together[index]).signals[at]?.values ?? [])).toBeLessThan(
          1e-5,
        );
    }
  });

  it('gives the same bytes for the same bytes', async () => {
    const bytes = await picture(200, 150).jpeg().toBuffer();
    const [first] = await image.encode(part(bytes));
    const [second] = await image.encode(part(bytes));
    expect(onlyEmbedding(second).vectorDigest).toBe(onlyEmbedding(first).vectorDigest);
  });
});

it('gives the vectors that are on file', async () => {
  const [outcome] = await image.encode(part(await picture(224, 224).png().toBuffer()));
  const { signals } = onlyEmbedding(outcome);
  checkGolden(new URL('./image.golden.json', import.meta.url), {
    'features of a pattern': vectorsOf(outcome)[0] ?? [],
    'probabilities of a pattern': signals.map(({ values }) => values[0] ?? 0),
  });
});
