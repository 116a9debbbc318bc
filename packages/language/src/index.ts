export { type Identified, type Identify, UNDETERMINED, UNKNOWN_LANGUAGE } from './identify.js';
export { loadIdentify } from './load-model.js';
export { LANGUAGE_MODEL_DIGEST } from './locked-model.js';
export type { Stretch } from './words.js';
