import { SAMPLE_RATE } from './ffmpeg.js';

const HEADER_BYTES = 12;
const FORMAT_BYTES = 16;
const PCM = 1;

/**
 * Samples of a whole RIFF WAVE file that holds what the models take already: PCM, one channel, 16 kHz, 16 bit. There is
 * nothing to decode, and starting a decoder takes longer than all the rest. Any other file, and one whose sizes do
 * not add up or that holds no samples, is the decoder's to judge: undefined.
 */
export function plainSamples(bytes: Uint8Array): Int16Array | undefined {
  const wav = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (wav.length < HEADER_BYTES || wav.length % 2 !== 0) return undefined;
  if (wav.toString('latin1', 0, 4) !== 'RIFF' || wav.toString('latin1', 8, 12) !== 'WAVE') return undefined;
  if (wav.readUInt32LE(4) !== wav.length - 8) return undefined;
  let isPlain = false;
  for (let at = HEADER_BYTES; at + 8 <= wav.length; ) {
    const name = wav.toString('latin1', at, at + 4);
    const size = wav.readUInt32LE(at + 4);
    const body = at + 8;
    if (body + size > wav.length) return undefined;
    if (name === 'fmt ') isPlain = isPlainFormat(wav.subarray(body, body + size));
    if (name === 'data')
      return isPlain && size > 0 && size % 2 === 0 ? samplesOf(wav, body, size) : undefined;
    // Chunks are padded to an even length.
    at = body + size + (size % 2);
  }
  return undefined;
}

function isPlainFormat(format: Buffer): boolean {
  return (
    format.length === FORMAT_BYTES &&
    format.readUInt16LE(0) === PCM &&
    format.readUInt16LE(2) === 1 &&
    format.readUInt32LE(4) === SAMPLE_RATE &&
    format.readUInt32LE(8) === SAMPLE_RATE * 2 &&
    format.readUInt16LE(12) === 2 &&
    format.readUInt16LE(14) === 16
  );
}

/** In memory of their own: the bytes may lie at an odd address. */
function samplesOf(wav: Buffer, start: number, size: number): Int16Array {
  const samples = new Int16Array(size / 2);
  for (let i = 0; i < samples.length; i += 1) samples[i] = wav.readInt16LE(start + i * 2);
  return samples;
}
