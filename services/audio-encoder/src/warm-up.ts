import { SAMPLE_RATE, wavOf } from '@tercet/audio';
import type { PartInput } from '@tercet/encoder/authoring';

/** A second of a faint tone and a full segment of it, made here. */
export function warmUpParts(): PartInput[] {
  return [1, 10].map((seconds) => ({
    bytes: wavOf(
      Int16Array.from({ length: seconds * SAMPLE_RATE }, (_, i) =>
        Math.round(800 * Math.sin((2 * Math.PI * 220 * i) / SAMPLE_RATE)),
      ),
    ),
    mediaType: 'audio/wav',
    language: '',
    derivation: undefined,
  }));
}
