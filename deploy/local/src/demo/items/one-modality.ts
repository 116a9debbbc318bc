import type { Media } from '../media/media.js';
import { ALLOWED, type DemoItem, demoItem, heldBecause } from './demo-item.js';
import { audio, image, text } from './parts.js';
import { ABUSE, BENIGN, HARMFUL, SCAM, THREAT } from './words.js';

/** Items of text alone, of pictures alone, of sounds alone. */
export function oneModalityItems({ pictures, sounds, hasSpeech }: Media): DemoItem[] {
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
    demoItem('image-written-threat', [image('note', pictures.threat)], heldBecause('note/ocr', ...THREAT)),
    demoItem('image-written-scam', [image('flyer', pictures.scam)], heldBecause('flyer/ocr', ...SCAM)),
    // A tone says nothing.
    ...(hasSpeech
      ? [
          demoItem(
            'audio-spoken-threat',
            [audio('voice', sounds.threat)],
            heldBecause('voice/speech', ...THREAT),
          ),
        ]
      : []),
    demoItem('audio-greeting', [audio('voice', sounds.greeting)], ALLOWED),
    demoItem('audio-two-clips', [audio('clip-1', sounds.weather), audio('clip-2', sounds.bells)], ALLOWED),
  ];
}
