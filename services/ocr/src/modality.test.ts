import { SpanUnit } from '@tercet/contracts';
import type { Derived, Outcome } from '@tercet/encoder/authoring';
import { checkGolden, openModality, part } from '@tercet/encoder/testing';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { definition } from './modality.js';
import { onlyOutput, writePlanes } from './tensors.js';

// The service lets no vector graphics in; the pictures of these tests are drawn with them.
sharp.unblock({ operation: ['VipsForeignLoadSvg'] });

const ocr = await openModality(definition, {});

interface Drawn {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size?: number;
  readonly turn?: number;
}

function draw(width: number, height: number, lines: readonly Drawn[], paper = '#fff', ink = '#111') {
  const texts = lines.map(
    ({ text, x, y, size = 28, turn = 0 }) =>
      `<text x="${x}" y="${y}" font-size="${size}" transform="rotate(${turn} ${x} ${y})">${text}</text>`,
  );
  return sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${paper}"/>
       <g font-family="DejaVu Sans" fill="${ink}">${texts.join('')}</g></svg>`,
    ),
  ).removeAlpha();
}

async function read(bytes: Uint8Array): Promise<Outcome | undefined> {
  return (await ocr.encode(part(bytes)))[0];
}

function derived(outcome: Outcome | undefined): Derived {
  if (outcome?.kind !== 'derived') throw new Error(`expected text, got ${JSON.stringify(outcome?.kind)}`);
  return outcome;
}

const HELLO = { text: 'Call 555-0199 before noon', x: 40, y: 100 };

describe('ocr', () => {
  it('reads lines in order, each with its box, its place in the text and its confidence', async () => {
    const bytes = await draw(640, 320, [{ text: 'second line, lower down', x: 40, y: 220 }, HELLO])
      .jpeg()
      .toBuffer();
    const { text, confidence, language, spans, truncated } = derived(await read(bytes));
    expect(truncated).toEqual([]);
    expect(text).toBe('Call 555-0199 before noon\nsecond line, lower down');
    expect(language).toBe('');
    expect(confidence).toBeGreaterThan(0.9);
    expect(spans.map((span) => [Number(span.text?.start), Number(span.text?.end)])).toEqual([
      [0, 25],
      [26, 49],
    ]);
    const [topLeft, , bottomRight] = spans[0]?.evidence?.box?.corners ?? [];
    // Glyphs reach from about 78 to 106 px of 320, and begin at 40 px of 640.
    expect(topLeft?.x).toBeCloseTo(40 / 640, 1);
    expect((topLeft?.y ?? 1) * 320).toBeLessThan(80);
    expect((bottomRight?.y ?? 0) * 320).toBeGreaterThan(98);
    expect((bottomRight?.y ?? 1) * 320).toBeLessThan(130);
    expect(spans[0]?.evidence?.span).toBeUndefined();
  });

  it('reads captions at the top and at the bottom of a picture', async () => {
    const bytes = await draw(
      700,
      500,
      [
        { text: 'WHEN YOU OPEN', x: 120, y: 70, size: 56 },
        { text: 'THE LAST BOX', x: 150, y: 470, size: 56 },
      ],
      '#356',
      '#fff',
    )
      .png()
      .toBuffer();
    expect(derived(await read(bytes)).text).toBe('WHEN YOU OPEN\nTHE LAST BOX');
  });

  it.each([180, 90, 270])('reads text that is turned by %i degrees', async (turn) => {
    const bytes = await draw(640, 200, [HELLO]).png().toBuffer();
    const turned = await sharp(bytes).rotate(turn).png().toBuffer();
    expect(derived(await read(turned)).text).toBe(HELLO.text);
  });

  it('reads a picture that EXIF turns, with the box in the upright one', async () => {
    const upright = await draw(640, 200, [HELLO]).png().toBuffer();
    const tagged = await sharp(await sharp(upright).rotate(270).png().toBuffer())
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    const [plain, exif] = [derived(await read(upright)), derived(await read(tagged))];
    expect(exif.text).toBe(plain.text);
    expect(exif.spans[0]?.evidence?.box?.corners[0]?.x).toBeCloseTo(
      plain.spans[0]?.evidence?.box?.corners[0]?.x ?? 0,
      2,
    );
  });

  it('reads the last of many frames, and says a line of several once', async () => {
    const [width, height, count] = [320, 120, 24];
    const frame = (index: number) =>
      draw(width, height, [
        { text: 'nothing to see', x: 20, y: 40, size: 24 },
        ...(index === count - 1 ? [{ text: 'meet at seven', x: 20, y: 90, size: 24 }] : []),
        // A moving dot, so that no two frames are joined.
        { text: '.', x: 20 + index * 10, y: 112, size: 24 },
      ])
        .raw()
        .toBuffer();
    const frames = await Promise.all(Array.from({ length: count }, (_, index) => frame(index)));
    const animation = await sharp(Buffer.concat(frames), {
      raw: { width, height: height * count, channels: 3, pageHeight: height },
    })
      .gif({ loop: 0 })
      .toBuffer();
    const { text, spans, truncated } = derived(await read(animation));
    // 16 of 24 are looked at, both ends among them.
    const unseen = truncated.map(({ span }) => Number(span?.end ?? 0n) - Number(span?.start ?? 0n));
    expect(unseen.reduce((sum, frames) => sum + frames, 0)).toBe(count - 16);
    expect(truncated.every(({ code }) => code === 'max_frames')).toBe(true);
    expect(text.split('\n').map((line) => line.replace(/[. ]+$/, ''))).toEqual([
      'nothing to see',
      'meet at seven',
    ]);
    expect(spans.map(({ evidence }) => evidence?.span)).toEqual([
      { unit: SpanUnit.FRAME, start: 0n, end: BigInt(count) },
      { unit: SpanUnit.FRAME, start: BigInt(count - 1), end: BigInt(count) },
    ]);
  });

  it('reads a line across the tiles of a large picture', async () => {
    const text = 'a line that goes on from one tile into the next and never ends there';
    const bytes = await draw(2600, 700, [{ text, x: 200, y: 350, size: 56 }])
      .png()
      .toBuffer();
    expect(derived(await read(bytes)).text).toBe(text);
  });

  it('says that there is no text', async () => {
    const bytes = await draw(400, 300, [], '#9ab').png().toBuffer();
    expect(await read(bytes)).toEqual({ kind: 'empty', code: 'no_text', truncated: [] });
  });

  it('reads no more lines than it may', async () => {
    const few = await openModality(definition, { TERCET_MAX_OCR_LINES: '1' });
    const bytes = await draw(640, 320, [HELLO, { text: 'second line', x: 40, y: 220 }])
      .png()
      .toBuffer();
    const [outcome] = await few.encode(part(bytes));
    expect(derived(outcome)).toMatchObject({
      text: HELLO.text,
      truncated: [{ span: undefined, code: 'max_lines' }],
    });
  });

  it('refuses what is no picture', async () => {
    await expect(ocr.encode(part(new Uint8Array(0)))).rejects.toMatchObject({ code: 'undecodable_media' });
    await expect(ocr.encode(part('<svg/>', 'image/svg+xml'))).rejects.toMatchObject({
      code: 'unsupported_media',
    });
  });

  it('keeps its golden answers', async () => {
    const [width, height] = [192, 96];
    // Letters of dots, drawn here: no font and no renderer has a say in it.
    const rgb = new Uint8Array(width * height * 3).fill(255);
    [
      '#..#.####.#....####',
      '#..#.#....#....#..#',
      '####.###..#....#..#',
      '#..#.#....#....#..#',
      '#..#.####.####.####',
    ].forEach((dots, row) => {
      for (let y = 0; y < 7; y += 1)
        for (let x = 0; x < dots.length * 7; x += 1)
          if (dots[Math.floor(x / 7)] === '#')
            rgb.fill(0, ((row * 7 + y + 8) * width + x + 30) * 3, ((row * 7 + y + 8) * width + x + 31) * 3);
    });
    const data = new Float32Array(3 * width * height);
    writePlanes(data, 0, { width, height, rgb }, width, height);
    const map = onlyOutput(
      await ocr.run('detector', { x: { type: 'float32', data, dims: [1, 3, height, width] } }),
    );
    const line = data.slice(0, 3 * 48 * width);
    const { data: classes, dims } = onlyOutput(
      await ocr.run('recogniser', { x: { type: 'float32', data: line, dims: [1, 3, 48, width] } }),
    );
    const [, steps = 0, count = 0] = dims;
    const best = Array.from({ length: steps }, (_, step) =>
      Math.max(...classes.subarray(step * count, (step + 1) * count)),
    );
    expect(Math.max(...map.data)).toBeGreaterThan(0.9);
    checkGolden(new URL('./ocr.golden.json', import.meta.url), {
      'every 97th probability of the detector': map.data.filter((_, i) => i % 97 === 0),
      'best probability of each step of the recogniser': best,
    });
  });
});
