import type { PartInput } from '@tercet/encoder/authoring';
import sharp from 'sharp';

/** Bars on paper of an ordinary size, made here: enough that the detector and the recogniser run once. */
export async function warmUpParts(): Promise<PartInput[]> {
  const bar = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#101010' } })
      .png()
      .toBuffer();
  const bytes = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#f0f0f0' } })
    .composite(
      await Promise.all(
        Array.from({ length: 12 }, async (_, i) => ({
          input: await bar(6, 30 - (i % 3) * 8),
          left: 60 + i * 18,
          top: 200,
        })),
      ),
    )
    .jpeg()
    .toBuffer();
  return [{ bytes, mediaType: 'image/jpeg', language: '', derivation: undefined }];
}
