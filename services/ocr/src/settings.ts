import { type ImageLimits, readImageLimits } from '@tercet/image';
import { type Env, readEnv, settings } from '@tercet/kit';

export interface OcrSettings {
  readonly image: ImageLimits;
  /** Pixels of what is read of one part, all frames together: larger pictures are scaled down to it. */
  readonly maxReadPixels: number;
  /** Lines kept of one part, in reading order. */
  readonly maxLines: number;
  /** A line read with less, in hundredths, is taken for no text. */
  readonly minConfidencePercent: number;
}

/** Reads the settings. Throws ConfigError where a number makes no sense. */
export function readSettings(env: Env): OcrSettings {
  const read = readEnv(
    {
      TERCET_MAX_OCR_PIXELS: settings.positive(4_000_000),
      TERCET_MAX_OCR_LINES: settings.positive(200),
      TERCET_MIN_OCR_CONFIDENCE_PERCENT: settings.positive(60),
    },
    env,
  );
  return {
    image: readImageLimits(env),
    maxReadPixels: read.TERCET_MAX_OCR_PIXELS,
    maxLines: read.TERCET_MAX_OCR_LINES,
    minConfidencePercent: read.TERCET_MIN_OCR_CONFIDENCE_PERCENT,
  };
}
