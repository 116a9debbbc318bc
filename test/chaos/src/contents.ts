import { Item, Part } from '@tercet/contracts';
import sharp from 'sharp';
import { between, pick, seededRandom } from './random.js';

const WORDS = (
  'garden river bread morning library bicycle window music kitchen summer lantern harbour paper mountain ' +
  'coffee winter orchard station market painting quiet bright early open warm small walks reads brings finds'
).split(' ');
const PICTURES = 12;
const SOUNDS = 12;
const SIDE = 96;
const SAMPLE_RATE = 16_000;

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
  return { pictures, sounds: Array.from({ length: SOUNDS }, () => tone(between(random, 200, 900))) };
}

/** One item of the load: 70 % text, 20 % text and picture, 10 % text and sound. A pure function of its arguments. */
export function makeItem(seed: number, index: number, version: bigint, contents: Contents): Item {
  const random = seededRandom(Math.imul(seed, 1_000_003) + index * 7 + Number(version));
  const text = Array.from({ length: between(random, 5, 16) }, () => pick(random, WORDS)).join(' ');
  const parts = [
    Part.fromPartial({ partId: 'body', modality: 'text', content: { $case: 'text', value: text } }),
  ];
  const share = random();
  if (share < 0.2) parts.push(media('photo', 'image', pick(random, contents.pictures)));
  else if (share < 0.3) parts.push(media('voice', 'audio', pick(random, contents.sounds)));
  return Item.fromPartial({
    tenant: 'chaos',
    itemId: `s${seed}-${index}`,
    version,
    parts,
    // A fifth closes soon, so that deadlines fall into every fault.
    windowMs: random() < 0.2 ? 2000n : 10_000n,
  });
}

function media(partId: string, modality: string, value: Uint8Array): Part {
  return Part.fromPartial({ partId, modality, content: { $case: 'inline', value } });
}

/** Half a second of a tone, as 16-bit mono WAV. `pitch` in Hz. */
function tone(pitch: number): Uint8Array {
  const samples = SAMPLE_RATE / 2;
  const bytes = Buffer.alloc(44 + samples * 2);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  for (const [value, at] of [
    [16, 16],
    [SAMPLE_RATE, 24],
    [SAMPLE_RATE * 2, 28],
    [samples * 2, 40],
  ] as const)
    bytes.writeUInt32LE(value, at);
  for (const [value, at] of [
    [1, 20],
    [1, 22],
    [2, 32],
    [16, 34],
  ] as const)
    bytes.writeUInt16LE(value, at);
  bytes.write('data', 36, 'latin1');
  for (let i = 0; i < samples; i += 1)
    bytes.writeInt16LE(Math.round(12_000 * Math.sin((2 * Math.PI * pitch * i) / SAMPLE_RATE)), 44 + i * 2);
  return bytes;
}
