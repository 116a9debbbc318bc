export { DecodeBudget } from './decode-budget.js';
export { type DecodedFrame, type DecodedPicture, decodePicture, type FrameView } from './decode-picture.js';
export { type ImageLimits, readImageLimits } from './limits.js';
export { findMediaType, READABLE } from './media-types.js';
export type { Raster } from './orientation.js';
