import { BugError } from '@tercet/kit';
import type { BuilderName } from '../lock.js';
import { buildMinilm } from './minilm.js';
import { buildNsfwjsMobilenet } from './nsfwjs-mobilenet.js';
import { buildUseMultilingual } from './use-multilingual.js';
import { buildWhisperDecoder } from './whisper-decoder.js';
import { buildWhisperEncoder } from './whisper-encoder.js';
import { buildYamnet } from './yamnet.js';

/** Makes the ONNX graph of a model from its verified sources. The same sources give the same bytes. */
export function buildGraph(builder: BuilderName, sources: readonly Uint8Array[]): Uint8Array {
  const source = (index: number): Uint8Array => {
    const bytes = sources[index];
    if (bytes === undefined) throw new BugError(`builder ${builder} lacks source ${index}`);
    return bytes;
  };
  switch (builder) {
    case 'minilm-int8':
      return buildMinilm(source(0), 'int8');
    case 'minilm-fp32':
      return buildMinilm(source(0), 'fp32');
    case 'use-multilingual':
      return buildUseMultilingual(source(0));
    case 'nsfwjs-mobilenet-v2':
      return buildNsfwjsMobilenet(source(0), source(1));
    case 'whisper-encoder-int8':
      return buildWhisperEncoder(Buffer.concat(sources), 'int8');
    case 'whisper-encoder-fp32':
      return buildWhisperEncoder(Buffer.concat(sources), 'fp32');
    case 'whisper-decoder-int8':
      return buildWhisperDecoder(Buffer.concat(sources), 'int8');
    case 'whisper-decoder-fp32':
      return buildWhisperDecoder(Buffer.concat(sources), 'fp32');
    case 'yamnet':
      return buildYamnet(source(0));
    case 'as-is':
      return source(0);
  }
}
