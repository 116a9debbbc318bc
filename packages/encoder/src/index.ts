export type * from './modality.js';
