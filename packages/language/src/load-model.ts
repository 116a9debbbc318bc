import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { UnavailableError } from '@tercet/kit';
import { createEnglishModel } from './english-model.js';
import { createPredict } from './fasttext/predict.js';
import { readFastText } from './fasttext/read-model.js';
import { createIdentify, type Identify } from './identify.js';
import { FASTTEXT_PACKAGE, LANGUAGE_MODEL } from './locked-model.js';

const require = createRequire(import.meta.url);

/**
 * Reads the detector's two models, ours from this package and fastText's from the package that brings it, and checks them
 * against their pinned sha256.
 * @throws UnavailableError `model_missing` where a file is not there, `model_mismatch` where it was changed.
 */
export function loadIdentify(): Identify {
  const { english, fastText } = LANGUAGE_MODEL;
  const weights = read(() => new URL(`../model/${english.file}`, import.meta.url), english);
  const signed = new Int8Array(weights.buffer, weights.byteOffset, weights.byteLength);
  const predict = createPredict(
    readFastText(read(() => require.resolve(`${FASTTEXT_PACKAGE}/${fastText.file}`), fastText)),
  );
  return createIdentify(createEnglishModel(signed, english.scale), predict);
}

function read(place: () => URL | string, { file, sha256 }: { file: string; sha256: string }): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(place());
  } catch (cause) {
    throw new UnavailableError('model_missing', `language model: ${file} cannot be read`, { cause });
  }
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new UnavailableError('model_mismatch', `language model: ${file} was changed`);
  return bytes;
}
