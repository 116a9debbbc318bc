import { SAMPLE_RATE, wavOf } from '@tercet/audio';
import { Item, Part } from '@tercet/contracts';
import sharp from 'sharp';
import { between, pick, seededRandom } from './random.js';

const WORDS = (
  'garden river bread morning library bicycle window music kitchen summer lantern harbour paper mountain ' +
  'coffee winter orchard station market painting quiet bright early open warm small walks reads brings finds'
).split(' ');
const PICTURES = 12;
const SOUNDS = 14;
/** Every so manieth sound is not what the models take, and has to be decoded. */
const DECODED_EVERY = 14;
const SIDE = 96;
const OTHER_RATE = 22_050;
/** Whom every item belongs to. */
export const TENANT = 'chaos';

/** Pictures and sounds that the items share; small, so that the join is what works. */
export interface Contents {
  readonly pictures: readonly Uint8Array[];
  readonly sounds: readonly Uint8Array[];
}

export async function makeContents(seed: number): Promise<Contents> {
  const random = seededRandom(seed);
  const colour = () => `hsl(${between(random, 0, 359)} 60% ${between(random, 30, 80)}%)`;
  const pictures = await Promise.all(
    Array.from({ length: PICTURES }, () => {
      const size = `width="${SIDE}" height="${SIDE}"`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}><rect ${size} fill="${colour()}"/><circle cx="48" cy="48" r="${between(random, 10, 40)}" fill="${colour()}"/></svg>`;
      return sharp(Buffer.from(svg)).png().toBuffer();
    }),
  );
  return {
    pictures,
    sounds: Array.from({ length: SOUNDS }, (_, n) =>
      tone(between(random, 200, 900), n % DECODED_EVERY === 0 ? OTHER_RATE : SAMPLE_RATE),
    ),
  };
}

export interface ItemPlace {
  readonly seed: number;
  readonly index: number;
  readonly itemId: string;
  readonly version: bigint;
}

/** Of each hundred items so many close early, so that deadlines fall into every fault. */
const SHORT_WINDOW_PERCENT = 20;
const SHORT_WINDOW_MS = 2000;
/** Longest window of the load, in milliseconds: longer than a pause. */
export const LONGEST_WINDOW_MS = 8000;

/** One item of the load: 70 % text, 20 % text and picture, 10 % text and sound. A pure function of its arguments. */
export function makeItem({ seed, index, itemId, version }: ItemPlace, contents: Contents): Item {
  const random = seededRandom(Math.imul(seed, 1_000_003) + index * 7);
  const text = Array.from({ length: between(random, 3, 5) }, () => pick(random, WORDS)).join(' ');
  const parts = [
    Part.fromPartial({ partId: 'body', modality: 'text', content: { $case: 'text', value: text } }),
  ];
  const share = random();
  if (share < 0.2) parts.push(media('photo', 'image', pick(random, contents.pictures)));
  else if (share < 0.3) parts.push(media('voice', 'audio', pick(random, contents.sounds)));
  const isShort = random() * 100 < SHORT_WINDOW_PERCENT;
  const windowMs = BigInt(isShort ? SHORT_WINDOW_MS : LONGEST_WINDOW_MS);
  return Item.fromPartial({ tenant: TENANT, itemId, version, parts, windowMs });
}

function media(partId: string, modality: string, value: Uint8Array): Part {
  return Part.fromPartial({ partId, modality, content: { $case: 'inline', value } });
}

/** A third of a second of a tone. `pitch` and `rate` in Hz. */
function tone(pitch: number, rate: number): Uint8Array {
  return wavOf(
    Int16Array.from({ length: Math.round(rate / 3) }, (_, i) =>
      Math.round(12_000 * Math.sin((2 * Math.PI * pitch * i) / rate)),
    ),
    rate,
  );
}
