import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { UnavailableError } from '@tercet/kit';
import { createEnglishModel } from './english-model.js';
import { createPredict } from './fasttext/predict.js';
import { readFastText } from './fasttext/read-model.js';
import { createIdentify, type Identify } from './identify.js';
import { LANGUAGE_MODEL } from './locked-model.js';

const FOLDER = new URL('../model/', import.meta.url);

/**
 * Reads the detector's two models from this package and checks them against their pinned sha256.
 * @throws UnavailableError `model_missing` where a file is not there, `model_mismatch` where it was changed.
 */
export function loadIdentify(): Identify {
  const { english, fastText } = LANGUAGE_MODEL;
  const weights = read(english.file, english.sha256);
  const signed = new Int8Array(weights.buffer, weights.byteOffset, weights.byteLength);
  const predict = createPredict(readFastText(read(fastText.file, fastText.sha256)));
  return createIdentify(createEnglishModel(signed, english.scale), predict);
}

function read(file: string, sha256: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(new URL(file, FOLDER));
  } catch (cause) {
    throw new UnavailableError('model_missing', `language model: ${file} cannot be read`, { cause });
  }
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new UnavailableError('model_mismatch', `language model: ${file} was changed`);
  return bytes;
}
