import type { Media } from '../media/media.js';
import { ALLOWED, type DemoItem, demoItem, heldBecause, heldWithout } from './demo-item.js';
import { audio, cutOff, image, imageAt, text } from './parts.js';
import { BENIGN, HARMFUL, SCAM } from './words.js';

const BROKEN = ['undecodable_media', 'media_mismatch', 'unsupported_media'] as const;
/** Short, so that the demo need not wait long for what will not come. */
const SHORT_WINDOW_MS = 4000;

/** Items of which a part is broken, or never comes. */
export function troubledItems(media: Media, neverComes: string): DemoItem[] {
  const { pictures, sounds, recording } = media;
  const noise = new Uint8Array(3000).map((_, index) => (index * 73 + 41) % 256);
  return [
    demoItem('image-broken', [image('photo', cutOff(pictures.noon, 0.5))], heldWithout('photo', ...BROKEN)),
    demoItem(
      'audio-cut-off',
      [audio('voice', cutOff(recording, 0.6), 'audio/mp4')],
      heldWithout('voice', ...BROKEN),
    ),
    demoItem(
      'all-broken-image',
      [text('body', BENIGN.lunch), image('photo', noise), audio('clip', sounds.bells)],
      heldWithout('photo', ...BROKEN),
    ),
    demoItem(
      'text-image-late',
      [text('body', BENIGN.cup), imageAt('photo', neverComes)],
      { ...heldWithout('photo', 'timeout'), atDeadline: true },
      { windowMs: SHORT_WINDOW_MS },
    ),
  ];
}

/** A post and its edit: the second version goes in once the first is decided. */
export function editedItem({ pictures }: Media): readonly [DemoItem, DemoItem] {
  const photo = image('photo', pictures.cup);
  return [
    demoItem('text-image-edited', [text('body', BENIGN.cup), photo], ALLOWED),
    demoItem('text-image-edited', [text('body', HARMFUL.prize), photo], heldBecause('body', ...SCAM), {
      version: 2,
    }),
  ];
}

/** Bytes that are no item in any encoding; they end as a dead letter. */
export const UNDECODABLE = {
  key: 'demo/undecodable',
  value: Buffer.from('ff00ff00deadbeef', 'hex'),
} as const;
