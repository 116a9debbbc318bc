export type * from '../modality.js';
export { type Row, spanOf, toEmbedding, truncations } from './embedded.js';
export { checkMediaKind, type Readable } from './media-kind.js';
export { evenlySpaced, type Stretch, uncovered } from './sampling.js';
