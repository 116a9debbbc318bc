import { produceItem, type TestStack } from '@tercet/harness';
import { describe, expect, it } from 'vitest';
import { animationWithText, blackPng, ffmpeg, jpeg, m4a, silentFlac, toneWav } from './media.js';
import { audio, decisionOf, image, itemOf, text } from './post.js';

type Bytes = Uint8Array | Promise<Uint8Array>;

const BENIGN = 'A short note about the weather in the mountains this week.';
const cut = async (bytes: Bytes, share: number) => {
  const whole = await bytes;
  return whole.subarray(0, Math.floor(whole.length * share));
};
const svg = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="9"/></svg>',
);

/** Parts that cannot be used, with the code that says why. */
const UNUSABLE: [
  name: string,
  modality: 'image' | 'audio',
  code: string,
  mediaType: string,
  make: () => Bytes,
][] = [
  ['truncated-jpeg', 'image', 'undecodable_media', 'image/jpeg', () => cut(jpeg(), 0.5)],
  ['svg', 'image', 'unsupported_media', 'image/svg+xml', () => svg],
  ['huge-png', 'image', 'too_many_pixels', 'image/png', () => blackPng(30_000, 30_000)],
  ['one-pixel', 'image', 'bad_dimensions', 'image/png', () => blackPng(1, 1)],
  ['thin-line', 'image', 'bad_dimensions', 'image/png', () => blackPng(20_000, 1)],
  ['audio-as-image', 'image', 'media_mismatch', 'image/jpeg', () => toneWav(0.1)],
  ['truncated-m4a', 'audio', 'undecodable_media', 'audio/mp4', () => cut(m4a(3), 0.6)],
  ['empty-wav', 'audio', 'no_audio', 'audio/wav', () => toneWav(0)],
  ['image-as-audio', 'audio', 'media_mismatch', 'audio/mpeg', () => jpeg()],
];

/** Parts that look odd and are used. */
const USABLE: [name: string, modality: 'image' | 'audio', mediaType: string, make: () => Bytes][] = [
  ['m4a-index-at-end', 'audio', 'audio/mp4', () => m4a(2)],
  ['flac', 'audio', 'audio/flac', () => ffmpeg('flac', [], toneWav(1))],
  ['three-hours', 'audio', 'audio/flac', () => silentFlac(3)],
  // The bytes decide between kinds of picture.
  ['jpeg-as-png', 'image', 'image/png', () => jpeg()],
  ['animation', 'image', 'image/gif', () => animationWithText('you are a stupid idiot', 40)],
];

const build = { image, audio };

/** Broken, odd and overlong parts: each has its own code, and nothing beside it waits. */
export function describeBadMedia(stack: () => TestStack): void {
  describe('parts that cannot be used', () => {
    it('each fail with a code of their own, beside a part that is fine', async () => {
      for (const [name, modality, , mediaType, make] of UNUSABLE) {
        const bad = build[modality]('bad', await make(), mediaType);
        await produceItem(stack().bus, itemOf(`bad-${name}`, [text('words', BENIGN), bad]));
      }
      const found = await Promise.all(
        UNUSABLE.map(async ([name]) => {
          const decision = await decisionOf(stack(), `bad-${name}`);
          expect(
            decision.partsUsed.map(({ partId }) => partId),
            name,
          ).toContain('words');
          return [name, decision.partsMissing.map(({ partId, code }) => `${partId}: ${code}`)];
        }),
      );
      expect(found).toEqual(UNUSABLE.map(([name, , code]) => [name, [`bad: ${code}`]]));
    });

    it('an item with nothing usable is decided too, and never allowed in silence', async () => {
      const broken = await cut(jpeg(), 0.4);
      await produceItem(stack().bus, itemOf('bad-alone', [image('photo', broken)]));
      const decision = await decisionOf(stack(), 'bad-alone');
      expect(decision.action).not.toBe('allow');
      expect(decision.modalitiesMissing).toEqual(['image']);
    });
  });

  describe('parts that only look bad', () => {
    it('are used', async () => {
      for (const [name, modality, mediaType, make] of USABLE) {
        const part = build[modality]('odd', await make(), mediaType);
        await produceItem(stack().bus, itemOf(`odd-${name}`, [part]));
      }
      for (const [name, modality] of USABLE) {
        const decision = await decisionOf(stack(), `odd-${name}`);
        // An audio is embedded, and no head reads it: not covered.
        // Whether a head reads audio depends on whether the sound model is installed.
        const isUncovered = modality === 'audio' && decision.partsUsed.length === 0;
        const code = isUncovered ? ['no_head'] : [];
        expect(
          decision.partsMissing.map((part) => part.code),
          name,
        ).toEqual(code);
      }
    });

    it('what of them was not looked at is listed', async () => {
      const gaps = async (itemId: string) => {
        const { notCovered } = await decisionOf(stack(), itemId);
        return notCovered
          .filter(({ code }) => code === 'truncated')
          .map(({ truncation }) => truncation?.code);
      };
      expect(await gaps('odd-three-hours')).toContain('max_segments');
      expect(await gaps('odd-animation')).toContain('max_frames');
    });
  });

  describe('long text', () => {
    const filling = 'The path follows the river and passes two small bridges. '.repeat(360);

    it('does not hide a threat behind 20,000 harmless characters', async () => {
      expect(filling.length).toBeGreaterThan(20_000);
      const threat = 'I know where you live and I will kill you and your whole family tonight.';
      await produceItem(stack().bus, itemOf('long-threat', [text('words', filling + threat)]));
      await produceItem(stack().bus, itemOf('long-benign', [text('words', filling)]));
      const decision = await decisionOf(stack(), 'long-threat');
      const flagged = decision.categories.filter((one) => one.flagged).map(({ category }) => category);
      const isHeldBack = decision.action !== 'allow';
      const isTruncated = decision.notCovered.some(({ code }) => code === 'truncated');
      expect({ isHeldBack, seen: flagged.length > 0 || isTruncated }).toEqual({
        isHeldBack: true,
        seen: true,
      });
      expect((await decisionOf(stack(), 'long-benign')).categories.filter((one) => one.flagged)).toEqual([]);
    });

    it('text of NULs, of one word of a megabyte and of nothing is decided', async () => {
      const odd: [string, string][] = [
        ['nuls', 'good\u0000morning\u0000everyone'],
        ['one-word', 'x'.repeat(1024 * 1024)],
        ['blank', ' \n\t '],
      ];
      for (const [name, value] of odd) {
        await produceItem(stack().bus, itemOf(`text-${name}`, [text('words', value)]));
      }
      for (const [name] of odd) await decisionOf(stack(), `text-${name}`);
      const blank = await decisionOf(stack(), 'text-blank');
      expect(blank.partsMissing.map(({ code }) => code)).toEqual(['empty_text']);
    });
  });
}
