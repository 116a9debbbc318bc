import sharp from 'sharp';
import { expect, it } from 'vitest';
import { turnUpright } from './orientation.js';
import './decode-picture.js';

const stored = {
  width: 3,
  height: 2,
  rgb: Uint8Array.from({ length: 18 }, (_, index) => index * 14),
};

it.each([1, 2, 3, 4, 5, 6, 7, 8])('turns orientation %i as libvips does', async (orientation) => {
  const raw = { width: stored.width, height: stored.height, channels: 3 as const };
  const tagged = await sharp(stored.rgb, { raw }).withMetadata({ orientation }).png().toBuffer();
  const { data, info } = await sharp(tagged)
    .autoOrient()
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const upright = turnUpright(stored, orientation);
  expect([upright.width, upright.height]).toEqual([info.width, info.height]);
  expect([...upright.rgb]).toEqual([...data]);
});

it('leaves a picture as it is where the tag says nothing', () => {
  expect(turnUpright(stored, 0)).toBe(stored);
  expect(turnUpright(stored, 9)).toBe(stored);
});
