export { type CheckedPart, isFailure, type PartContent, type PartFailure } from './check-part.js';
export { type DecodedItem, decodeItem, decodeReview, type Encoded } from './decode.js';
export { DEFAULT_LIMITS, type ItemLimits } from './limits.js';
export { isId, isName } from './names.js';
export { validateAppeal, validateReport } from './validate-case.js';
export { type ValidItem, validateItem } from './validate-item.js';
export { validateReview } from './validate-review.js';
