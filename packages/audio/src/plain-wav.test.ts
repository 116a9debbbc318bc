import { describe, expect, it } from 'vitest';
import { findExecutable } from './executable.js';
import { AudioFile } from './ffmpeg.js';
import { plainSamples } from './plain-wav.js';
import { wavOf } from './write-wav.js';

const samples = Int16Array.from({ length: 8000 }, (_, i) => Math.round(32_767 * Math.sin(i * i * 0.000_01)));
const plain = wavOf(samples);

function changed(change: (copy: Buffer) => void, wav: Buffer = plain): Buffer {
  const copy = Buffer.from(wav);
  change(copy);
  return copy;
}

describe('a plain WAVE file', () => {
  it('gives what ffmpeg gives, sample for sample', async () => {
    await using file = await AudioFile.create(plain);
    const ffmpegPath = findExecutable('ffmpeg', process.env['PATH'] ?? '');
    const signal = new AbortController().signal;
    const { clips, end } = await file.decode([{ start: 0, end: 1000 }], {
      ffmpegPath,
      timeoutMs: 20_000,
      signal,
    });
    expect(end).toBe('done');
    expect(plainSamples(plain)).toEqual(clips[0]);
    expect(plainSamples(plain)).toEqual(samples);
  });

  it('is read at an odd address, and behind other chunks', () => {
    const odd = new Uint8Array(plain.length + 1);
    odd.set(plain, 1);
    expect(plainSamples(odd.subarray(1))).toEqual(samples);
    const list = Buffer.from('LIST\x03\0\0\0abc\0', 'latin1');
    const joined = Buffer.concat([plain.subarray(0, 36), list, plain.subarray(36)]);
    expect(plainSamples(changed((copy) => copy.writeUInt32LE(copy.length - 8, 4), joined))).toEqual(samples);
  });

  it.each([
    ['another format', changed((copy) => copy.writeUInt16LE(3, 20))],
    ['stereo', changed((copy) => copy.writeUInt16LE(2, 22))],
    ['another rate', changed((copy) => copy.writeUInt32LE(8000, 24))],
    ['other sample frames', changed((copy) => copy.writeUInt16LE(4, 32))],
    ['8 bit', changed((copy) => copy.writeUInt16LE(8, 34))],
    ['no samples', wavOf(new Int16Array(0))],
    ['a length left open', changed((copy) => copy.writeUInt32LE(0xffff_ffff, 40))],
    ['a container left open', changed((copy) => copy.writeUInt32LE(0xffff_ffff, 4))],
    ['half a sample', changed((copy) => copy.writeUInt32LE(15_999, 40))],
    ['its end missing', plain.subarray(0, 9000)],
  ])('is left to the decoder with %s', (_, wav) => {
    expect(plainSamples(wav)).toBeUndefined();
  });

  it('survives every stump and noise', () => {
    for (let length = 0; length < 60; length += 1) {
      expect(plainSamples(plain.subarray(0, length))).toBeUndefined();
      expect(plainSamples(Buffer.alloc(length, 0xff))).toBeUndefined();
    }
  });
});
