export { withoutHard } from './dataset-files.js';
export type { TextEmbedder } from './embedder.js';
export {
  type EvaluateOptions,
  evaluateHeads,
  type HeadsEvaluation,
} from './evaluation/evaluate-heads.js';
export type { FoldFigures } from './evaluation/folds.js';
export type { LanguageFigures, LanguageSentence } from './evaluation/languages.js';
export type { LeftOutFigures } from './evaluation/leave-one-out.js';
export type { FittedHead, HeadFigures } from './fit-head.js';
export { auroc, averagePrecision, type Scored } from './metrics.js';
export { type TrainOptions, type TrainResult, trainHeads } from './train-heads.js';
export { TrainingError } from './training-error.js';
