import { evenlySpaced, type Stretch, uncovered } from '@tercet/encoder/authoring';
import { InvalidInputError, UnavailableError } from '@tercet/kit';
import sharp, { type Metadata } from 'sharp';
import type { DecodeBudget } from './decode-budget.js';
import { countPngFrames, isAvifSequence } from './media-types.js';
import { turnUpright } from './orientation.js';
import type { ImageSettings } from './settings.js';
import { cutTiles, stripSize } from './tiles.js';

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

export interface DecodedFrame {
  readonly index: number;
  /** 224 x 224 RGB, 8 bit, row major; several where the frame is long. */
  readonly tiles: readonly Uint8Array[];
}

export interface DecodedImage {
  readonly frames: readonly DecodedFrame[];
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
export async function decodeImage(
  bytes: Uint8Array,
  settings: ImageSettings,
  budget: DecodeBudget,
  signal: AbortSignal,
): Promise<DecodedImage> {
  const header = await readHeader(bytes);
  checkDimensions(header, settings);
  // What a format may have in one picture, together fills the budget: memory is bounded whatever the mixture.
  const share = (header.width * header.height) / maxPixelsOf(header, settings);
  return budget.run(share, () => decodeFrames(bytes, header, settings, signal));
}

async function decodeFrames(
  bytes: Uint8Array,
  header: Header,
  settings: ImageSettings,
  signal: AbortSignal,
): Promise<DecodedImage> {
  const giveUpAt = performance.now() + settings.maxDecodeMs;
  const frames: DecodedFrame[] = [];
  for (const index of evenlySpaced(header.pages, settings.maxFrames)) {
    if (signal.aborted) throw new UnavailableError('deadline', 'decoding was called off');
    const leftMs = giveUpAt - performance.now();
    if (leftMs <= 0) throw new InvalidInputError('decode_timeout', `${settings.maxDecodeMs} ms`);
    frames.push({ index, tiles: await decodeFrame(bytes, index, header, settings, leftMs) });
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

function maxPixelsOf({ isHeif }: Header, { maxPixels, maxAvifPixels }: ImageSettings): number {
  return isHeif ? Math.min(maxPixels, maxAvifPixels) : maxPixels;
}

function checkDimensions(header: Header, settings: ImageSettings): void {
  const { width, height } = header;
  const maxPixels = maxPixelsOf(header, settings);
  const size = `${width}x${height}`;
  if (width * height > maxPixels)
    throw new InvalidInputError('too_many_pixels', `${size}, the limit is ${maxPixels} pixels`);
  const short = Math.min(width, height);
  const long = Math.max(width, height);
  if (short < settings.minSidePixels || long > short * settings.maxAspect)
    throw new InvalidInputError(
      'bad_dimensions',
      `${size}, the limits are ${settings.minSidePixels} pixels and an aspect of ${settings.maxAspect}`,
    );
}

async function decodeFrame(
  bytes: Uint8Array,
  page: number,
  header: Header,
  settings: ImageSettings,
  timeoutMs: number,
): Promise<Uint8Array[]> {
  const { width, height } = stripSize(header.width, header.height);
  const animated = header.pages > 1 ? { page, pages: 1 } : {};
  try {
    const rgb = await sharp(bytes, {
      limitInputPixels: settings.maxPixels,
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
    return cutTiles(turnUpright({ width, height, rgb }, header.orientation));
  } catch (cause) {
    // libvips says by its text alone that the time was up.
    if (cause instanceof Error && cause.message.startsWith('timeout'))
      throw new InvalidInputError('decode_timeout', `${settings.maxDecodeMs} ms`, { cause });
    throw new InvalidInputError('undecodable_media', `frame ${page} is broken or cut off`, { cause });
  }
}
