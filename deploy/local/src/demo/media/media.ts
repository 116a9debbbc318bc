import { barChart, cup, landscape, notice } from './pictures.js';
import { speak, toM4a, tune } from './sounds.js';

/** What the demo's items are made of; all of it is made at run time. */
export interface Media {
  readonly pictures: Readonly<
    Record<
      'morning' | 'noon' | 'evening' | 'cup' | 'chart' | 'openDay' | 'menu' | 'threat' | 'scam',
      Uint8Array
    >
  >;
  readonly sounds: Readonly<Record<'greeting' | 'weather' | 'bells' | 'threat', Uint8Array>>;
  /** An m4a in full, for one that is cut off. */
  readonly recording: Uint8Array;
  /** False where espeak-ng is not installed and tones stand in for speech. */
  readonly hasSpeech: boolean;
}

const SCALE = [262, 294, 330, 349, 392, 440, 494, 523];
const BELLS = [659, 523, 587, 392, 392, 587, 659, 523];

/** Draws the pictures and speaks the sentences. */
export async function makeMedia(): Promise<Media> {
  const [morning, noon, evening, cupPicture, chart, openDay, menu, threat, scam, greeting, weather, said] =
    await Promise.all([
      landscape('morning'),
      landscape('noon'),
      landscape('evening'),
      cup(),
      barChart([0.4, 0.7, 0.55, 0.9, 0.3]),
      notice(['Open day', 'Saturday, 10 to 4', 'Everyone welcome']),
      notice(['Soup of the day', 'Leek and potato', 'with fresh bread']),
      notice(['I know where you live', 'and I will kill you.', 'You are dead tonight.']),
      notice(['You have WON a free', '1000 dollar gift card!', 'Click the link and', 'claim your prize now']),
      speak('Hello, and welcome to the garden club. We meet on Thursday afternoon.'),
      speak('The weather tomorrow will be mild and sunny, with a light breeze from the west.'),
      speak(
        'I know where you live and I will kill you. I am going to hurt you and your whole family tonight.',
      ),
    ]);
  const hasSpeech = greeting !== undefined && weather !== undefined && said !== undefined;
  const bells = tune(BELLS);
  return {
    pictures: { morning, noon, evening, cup: cupPicture, chart, openDay, menu, threat, scam },
    sounds: {
      greeting: greeting ?? tune(SCALE),
      weather: weather ?? tune([...SCALE].reverse()),
      bells,
      threat: said ?? bells,
    },
    recording: await toM4a(weather ?? tune(SCALE)),
    hasSpeech,
  };
}
