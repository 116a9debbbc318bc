export { type AheadAnswer, type AheadItem, aheadItems, hasAheadItems, splitRecords } from './ahead-items.js';
export { DivergedError } from './diverged-error.js';
export { metaKey, metaKeyOf, partitionTag } from './join-keys.js';
export { JOIN_LIBRARY, JOIN_LIBRARY_VERSION, loadJoinLibrary } from './join-library.js';
export type {
  DueItem,
  JoinHold,
  JoinSettings,
  JoinStore,
  MarkRecord,
  Overtaken,
  PutAnswer,
  PutBody,
  PutRecord,
  StateFigures,
  StatePosition,
  StoredPart,
  SweepAnswer,
  TakeAnswer,
} from './join-store.js';
export { KeptItems } from './kept-items.js';
export { createLookup, type Lookup, type LookupAnswer, type LookupOptions } from './lookup.js';
export { LostError } from './lost-error.js';
export { PUT_OUTCOMES, type PutOutcome } from './outcomes.js';
export { RedisJoinStore } from './redis-join-store.js';
