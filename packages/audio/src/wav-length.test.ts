import { expect, it } from 'vitest';
import { closeOpenWav } from './wav-length.js';
import { wavOf } from './write-wav.js';

const complete = wavOf(new Int16Array(100).fill(3));

function announcing(size: number, wav = complete): Buffer {
  const copy = Buffer.from(wav);
  copy.writeUInt32LE(0xffff_ffff, 4);
  copy.writeUInt32LE(size, 40);
  return copy;
}

it('writes the length in that a pipe left open', () => {
  expect(closeOpenWav(announcing(0xffff_ffff))).toEqual(complete);
  expect(closeOpenWav(announcing(0x7fff_f000))).toEqual(complete);
});

it('drops the half of a sample frame', () => {
  expect(closeOpenWav(Buffer.concat([announcing(0xffff_ffff), Buffer.alloc(1)]))).toEqual(complete);
});

it('leaves a complete file and a truncated one as they are', () => {
  for (const wav of [complete, complete.subarray(0, 90), announcing(4000)])
    expect(closeOpenWav(wav)).toBe(wav);
});

it('finds the data behind other chunks, and survives what has none', () => {
  const list = Buffer.from('LIST\x03\0\0\0abc\0', 'latin1');
  const open = announcing(0xffff_ffff);
  const closed = closeOpenWav(Buffer.concat([open.subarray(0, 36), list, open.subarray(36)]));
  expect(closed.length).toBe(complete.length + list.length);
  expect(Buffer.from(closed).readUInt32LE(40 + list.length)).toBe(200);
  for (let length = 0; length < 44; length += 1) {
    const stump = open.subarray(0, length);
    expect(closeOpenWav(stump)).toBe(stump);
  }
  const noise = Buffer.alloc(100, 0xff);
  expect(closeOpenWav(noise)).toBe(noise);
});
