import { type DecodeBudget, type DecodedPicture, decodePicture, type ImageLimits } from '@tercet/image';
import { cutTiles, stripSize } from './tiles.js';

/** Of each frame squares of 224 x 224 RGB, 8 bit, row major; several where the frame is long. */
export type DecodedImage = DecodedPicture<readonly Uint8Array[]>;

/** Decodes a picture, or the sampled frames of an animation, into tiles. Throws as `decodePicture` does. */
export function decodeImage(
  bytes: Uint8Array,
  limits: ImageLimits,
  budget: DecodeBudget,
  signal: AbortSignal,
): Promise<DecodedImage> {
  return decodePicture(bytes, limits, budget, { sizeOf: stripSize, keep: cutTiles }, signal);
}
