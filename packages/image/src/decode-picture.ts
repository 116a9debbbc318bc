import { evenlySpaced, type Stretch, uncovered } from '@tercet/encoder/authoring';
import { InvalidInputError, UnavailableError } from '@tercet/kit';
import sharp, { type Metadata } from 'sharp';
import type { DecodeBudget } from './decode-budget.js';
import type { ImageLimits } from './limits.js';
import { countPngFrames, isAvifSequence } from './media-types.js';
import { type Raster, turnUpright } from './orientation.js';

// Everything is blocked, then what is wanted is let in by name: a new libvips brings no new parser with it.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpeg',
    'VipsForeignLoadPng',
    'VipsForeignLoadWebp',
    'VipsForeignLoadNsgif',
    'VipsForeignLoadHeif',
  ],
});
// Each picture is seen once, and the process has its share of one machine.
sharp.cache(false);
sharp.concurrency(1);

/** What shines through transparency: neither white nor black drawing vanishes on it. */
const BACKGROUND = '#808080';

/** How the frames of one picture are looked at. */
export interface FrameView<T> {
  /** Size to which a stored frame is scaled, given its own, in pixels. Neither is turned upright yet. */
  sizeOf(width: number, height: number, frames: number): { readonly width: number; readonly height: number };
  /** What is kept of a frame; its raster is upright. */
  keep(frame: Raster): T;
}

export interface DecodedFrame<T> {
  readonly index: number;
  readonly seen: T;
}

export interface DecodedPicture<T> {
  readonly frames: readonly DecodedFrame<T>[];
  readonly frameCount: number;
  /** Frames that were not looked at. */
  readonly skipped: readonly Stretch[];
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly orientation: number;
  /** Frames that can be decoded. */
  readonly pages: number;
  /** Frames that a viewer shows. */
  readonly frameCount: number;
  /** AVIF; libvips names it by its container. */
  readonly isHeif: boolean;
}

/**
 * Decodes a picture, or the sampled frames of an animation, upright, flattened and scaled.
 * @param budget in shares of the largest picture; some formats are held whole in memory while they are decoded.
 * @throws InvalidInputError `too_many_pixels` and `bad_dimensions` from the header alone, `undecodable_media`,
 * `unsupported_media`, `decode_timeout`.
 */
export async function decodePicture<T>(
  bytes: Uint8Array,
  limits: ImageLimits,
  budget: DecodeBudget,
  view: FrameView<T>,
  signal: AbortSignal,
): Promise<DecodedPicture<T>> {
  const header = await readHeader(bytes);
  checkDimensions(header, limits);
  // What a format may have in one picture, together fills the budget: memory is bounded whatever the mixture.
  const share = (header.width * header.height) / maxPixelsOf(header, limits);
  return budget.run(share, () => decodeFrames(bytes, header, limits, view, signal));
}

async function decodeFrames<T>(
  bytes: Uint8Array,
  header: Header,
  limits: ImageLimits,
  view: FrameView<T>,
  signal: AbortSignal,
): Promise<DecodedPicture<T>> {
  const giveUpAt = performance.now() + limits.maxDecodeMs;
  const picked = evenlySpaced(header.pages, limits.maxFrames);
  const size = view.sizeOf(header.width, header.height, picked.length);
  const frames: DecodedFrame<T>[] = [];
  for (const index of picked) {
    if (signal.aborted) throw new UnavailableError('deadline', 'decoding was called off');
    const leftMs = giveUpAt - performance.now();
    if (leftMs <= 0) throw new InvalidInputError('decode_timeout', `${limits.maxDecodeMs} ms`);
    const raster = await decodeFrame(bytes, index, header, size, limits, leftMs);
    frames.push({ index, seen: view.keep(raster) });
  }
  const looked = frames.map(({ index }) => ({ start: index, end: index + 1 }));
  return { frames, frameCount: header.frameCount, skipped: uncovered(looked, header.frameCount) };
}

async function readHeader(bytes: Uint8Array): Promise<Header> {
  if (isAvifSequence(bytes)) throw new InvalidInputError('unsupported_media', 'image/avif sequence');
  let metadata: Metadata;
  try {
    // Without a limit here: it is held against the header below, so that the code tells what is wrong.
    metadata = await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (cause) {
    throw new InvalidInputError('undecodable_media', 'the header cannot be read', { cause });
  }
  const pages = Math.max(1, metadata.pages ?? 1);
  return {
    width: metadata.width,
    height: metadata.pageHeight ?? metadata.height,
    orientation: metadata.orientation ?? 1,
    pages,
    frameCount: metadata.format === 'png' ? countPngFrames(bytes) : pages,
    isHeif: metadata.format === 'heif',
  };
}

function maxPixelsOf({ isHeif }: Header, { maxPixels, maxAvifPixels }: ImageLimits): number {
  return isHeif ? Math.min(maxPixels, maxAvifPixels) : maxPixels;
}

function checkDimensions(header: Header, limits: ImageLimits): void {
  const { width, height } = header;
  const maxPixels = maxPixelsOf(header, limits);
  const size = `${width}x${height}`;
  if (width * height > maxPixels)
    throw new InvalidInputError('too_many_pixels', `${size}, the limit is ${maxPixels} pixels`);
  const short = Math.min(width, height);
  const long = Math.max(width, height);
  if (short < limits.minSidePixels || long > short * limits.maxAspect)
    throw new InvalidInputError(
      'bad_dimensions',
      `${size}, the limits are ${limits.minSidePixels} pixels and an aspect of ${limits.maxAspect}`,
    );
}

async function decodeFrame(
  bytes: Uint8Array,
  page: number,
  header: Header,
  { width, height }: { readonly width: number; readonly height: number },
  limits: ImageLimits,
  timeoutMs: number,
): Promise<Raster> {
  const animated = header.pages > 1 ? { page, pages: 1 } : {};
  try {
    const rgb = await sharp(bytes, {
      limitInputPixels: limits.maxPixels,
      failOn: 'error',
      sequentialRead: true,
      ...animated,
    })
      .resize(width, height, { fit: 'fill' })
      .flatten({ background: BACKGROUND })
      .toColourspace('srgb')
      .removeAlpha()
      .timeout({ seconds: Math.ceil(timeoutMs / 1000) })
      .raw()
      .toBuffer();
    return turnUpright({ width, height, rgb }, header.orientation);
  } catch (cause) {
    // libvips says by its text alone that the time was up.
    if (cause instanceof Error && cause.message.startsWith('timeout'))
      throw new InvalidInputError('decode_timeout', `${limits.maxDecodeMs} ms`, { cause });
    throw new InvalidInputError('undecodable_media', `frame ${page} is broken or cut off`, { cause });
  }
}
