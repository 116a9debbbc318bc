export type * from './api/decisions.js';
export type * from './api/items.js';
export type * from './api/pipeline.js';
export type * from './api/review.js';
export type * from './api/session.js';
