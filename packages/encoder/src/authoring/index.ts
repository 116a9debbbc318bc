export type * from '../modality.js';
export { ahead } from './ahead.js';
export { type Row, spanOf, toEmbedding, truncations } from './embedded.js';
export { checkMediaKind, type Readable } from './media-kind.js';
export { PartRows } from './part-rows.js';
export { evenlySpaced, type Stretch, uncovered } from './sampling.js';
