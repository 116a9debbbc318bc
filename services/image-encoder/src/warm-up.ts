import type { PartInput } from '@tercet/encoder/authoring';
import sharp from 'sharp';

/** A grey picture of an ordinary size and a small animation, made here. */
export async function warmUpParts(): Promise<PartInput[]> {
  const canvas = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#808080' } });
  const jpeg = await canvas(1280, 960).jpeg().toBuffer();
  const strip = await canvas(64, 64 * 16)
    .png()
    .toBuffer();
  return [
    { bytes: jpeg, mediaType: 'image/jpeg', language: '', derivation: undefined },
    { bytes: strip, mediaType: 'image/png', language: '', derivation: undefined },
  ];
}
