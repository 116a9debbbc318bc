export type { CheckFigures, CheckSentence } from './check.js';
export type { TextEmbedder } from './embedder.js';
export type { FittedHead, HeadFigures } from './fit-head.js';
export { type TrainOptions, type TrainResult, trainHeads } from './train-heads.js';
export { TrainingError } from './training-error.js';
