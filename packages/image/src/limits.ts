import { type Env, readEnv, settings } from '@tercet/kit';

/** What a picture may be, and how much of an animation is looked at. */
export interface ImageLimits {
  /** Pixels of one frame, as its header says. */
  readonly maxPixels: number;
  /** The same for AVIF, whose decoder takes about 19 bytes a pixel where the others take 4 or less. */
  readonly maxAvifPixels: number;
  /** Frames looked at in one animation: the first, the last and those evenly between. */
  readonly maxFrames: number;
  /** Shortest side that is looked at. */
  readonly minSidePixels: number;
  /** Longer side over shorter side. */
  readonly maxAspect: number;
  /** All decoding of one part. */
  readonly maxDecodeMs: number;
}

/** Reads the limits. Throws ConfigError where a number makes no sense. */
export function readImageLimits(env: Env): ImageLimits {
  const read = readEnv(
    {
      TERCET_MAX_IMAGE_PIXELS: settings.positive(40_000_000),
      TERCET_MAX_AVIF_PIXELS: settings.positive(13_000_000),
      TERCET_MAX_IMAGE_FRAMES: settings.positive(16),
      TERCET_MIN_IMAGE_SIDE_PIXELS: settings.positive(8),
      TERCET_MAX_IMAGE_ASPECT: settings.positive(16),
      TERCET_MAX_IMAGE_DECODE_MS: settings.milliseconds(10_000),
    },
    env,
  );
  return {
    maxPixels: read.TERCET_MAX_IMAGE_PIXELS,
    maxAvifPixels: read.TERCET_MAX_AVIF_PIXELS,
    maxFrames: read.TERCET_MAX_IMAGE_FRAMES,
    minSidePixels: read.TERCET_MIN_IMAGE_SIDE_PIXELS,
    maxAspect: read.TERCET_MAX_IMAGE_ASPECT,
    maxDecodeMs: read.TERCET_MAX_IMAGE_DECODE_MS,
  };
}
