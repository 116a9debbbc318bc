import type { Media } from '../media/media.js';
import { ALLOWED, type DemoItem, demoItem, heldBecause } from './demo-item.js';
import { audio, image, text } from './parts.js';
import { ABUSE, BENIGN, HARMFUL, SCAM, THREAT } from './words.js';

/** Items of two and of three modalities. */
export function severalModalitiesItems({ pictures, sounds }: Media): DemoItem[] {
  return [
    demoItem('text-image-poster', [text('body', BENIGN.openDay), image('poster', pictures.openDay)], ALLOWED),
    demoItem('text-image-chart', [text('caption', BENIGN.chart), image('chart', pictures.chart)], ALLOWED, {
      door: 'kafka-json',
    }),
    demoItem(
      'text-image-loan',
      [text('caption', HARMFUL.loan), image('photo', pictures.noon)],
      heldBecause('caption', ...SCAM),
    ),
    demoItem('text-audio-garden', [text('body', BENIGN.garden), audio('clip', sounds.bells)], ALLOWED),
    demoItem(
      'text-audio-insult',
      [text('body', HARMFUL.insult), audio('voice', sounds.greeting)],
      heldBecause('body', ...ABUSE),
    ),
    demoItem('image-audio-trip', [image('photo', pictures.evening), audio('voice', sounds.weather)], ALLOWED),
    demoItem('image-audio-menu', [image('menu', pictures.menu), audio('clip', sounds.bells)], ALLOWED, {
      door: 'grpc',
    }),
    demoItem(
      'all-trip',
      [text('body', BENIGN.trip), image('photo', pictures.morning), audio('clip', sounds.weather)],
      ALLOWED,
    ),
    demoItem(
      'all-threat',
      [text('body', HARMFUL.threat), image('photo', pictures.cup), audio('clip', sounds.bells)],
      heldBecause('body', ...THREAT),
    ),
  ];
}
