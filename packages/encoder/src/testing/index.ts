export { checkGolden } from './golden.js';
export { type OpenedModality, openModality } from './open-modality.js';
export { cosine, maxDifference, onlyEmbedding, part, vectorsOf } from './vectors.js';
