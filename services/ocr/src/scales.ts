import type { Raster } from '@tercet/image';

/** A picture of less is seen enlarged too small text would be lost in; more is not gained beyond. */
const SMALL_PIXELS = 150_000;
/** Long side at which text that fills a picture is seen whole. */
const OVERVIEW_SIDE = 960;
/** A picture with a longer side is looked at in an overview too. */
const LARGE_SIDE = 1600;

/** How large the detector sees a picture, in times its size: one look each. */
export function scalesFor({ width, height }: Pick<Raster, 'width' | 'height'>): number[] {
  if (width * height <= SMALL_PIXELS) return [2];
  const long = Math.max(width, height);
  return long > LARGE_SIDE ? [1, OVERVIEW_SIDE / long] : [1];
}

/** Size at which a picture is read: its own, or scaled down to a number of pixels. */
export function sizeToRead(
  width: number,
  height: number,
  maxPixels: number,
): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, Math.sqrt(maxPixels / (width * height)));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
