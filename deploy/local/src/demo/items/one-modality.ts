import type { Media } from '../media/media.js';
import { ALLOWED, type DemoItem, demoItem, heldBecause } from './demo-item.js';
import { audio, image, text } from './parts.js';
import { ABUSE, BENIGN, HARMFUL, SCAM, THREAT } from './words.js';

/** Items of text alone, of pictures alone, of sounds alone. */
export function oneModalityItems({ pictures, sounds }: Media): DemoItem[] {
  return [
    demoItem('text-greeting', [text('body', BENIGN.library)], ALLOWED),
    demoItem('text-question', [text('body', BENIGN.question)], ALLOWED, { door: 'kafka-json' }),
    demoItem('text-prize', [text('body', HARMFUL.prize)], heldBecause('body', ...SCAM)),
    demoItem('text-insult', [text('body', HARMFUL.insult)], heldBecause('body', ...ABUSE)),
    demoItem('text-threat', [text('body', HARMFUL.threat)], heldBecause('body', ...THREAT), { door: 'grpc' }),
    demoItem('text-article', [text('title', BENIGN.trailTitle), text('body', BENIGN.trail)], ALLOWED),
    demoItem(
      'text-thread',
      [text('first', BENIGN.bread), text('reply', HARMFUL.insultShort), text('last', BENIGN.cup)],
      heldBecause('reply', ...ABUSE),
    ),
    demoItem('image-hills', [image('photo', pictures.noon)], ALLOWED),
    demoItem('image-notice', [image('poster', pictures.openDay)], ALLOWED, { door: 'grpc' }),
    demoItem(
      'image-album',
      [
        image('photo-1', pictures.morning),
        image('photo-2', pictures.cup),
        image('photo-3', pictures.evening),
      ],
      ALLOWED,
    ),
    demoItem('audio-greeting', [audio('voice', sounds.greeting)], ALLOWED),
    demoItem('audio-two-clips', [audio('clip-1', sounds.weather), audio('clip-2', sounds.bells)], ALLOWED),
  ];
}
