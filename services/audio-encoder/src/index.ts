export { definition } from './modality.js';
export { type HeardPatches, hearPatches } from './sound-events.js';
