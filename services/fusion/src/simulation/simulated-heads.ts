import { headSetDigest, type LinearEntry, parseHeadSet, sha256Hex } from '@tercet/policy';
import type { PolicyShelf } from '../policy-shelf.js';

/** Digest of the one model whose vectors the heads of the simulation read, and of one that they do not know. */
export const KNOWN_MODEL = 'a'.repeat(64);
export const OTHER_MODEL = 'b'.repeat(64);

const WEIGHTS = new Uint8Array(new Float32Array([1, -1]).buffer);

/** One head for text, so that a decision names the vectors that it was made from. No policy: every item goes to review. */
export function simulatedShelf(): PolicyShelf {
  const entry: LinearEntry = {
    kind: 'linear',
    name: 'words',
    category: 'words',
    modality: 'text',
    models: [{ name: 'm', version: '1', digest: KNOWN_MODEL }],
    languages: [],
    calibration: { scale: 1, offset: 0 },
    windows: { per_log: 0, max: 0 },
    card: 'none',
    dimension: 2,
    weights_at: 0,
    bias: 0,
  };
  const manifest = {
    format: 1,
    id: 'simulated',
    description: '',
    digest: headSetDigest([entry], WEIGHTS),
    weights: { file: 'weights.bin', sha256: sha256Hex(WEIGHTS) },
    heads: [entry],
  };
  const headSet = parseHeadSet(JSON.stringify(manifest), WEIGHTS);
  return { policy: () => undefined, headSet: () => headSet };
}
