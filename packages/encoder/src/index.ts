export { type EncoderConfig, readEncoderConfig } from './config.js';
export { failureRecord, outcomeRecord, type PartRecord } from './consume/outcome-records.js';
export { type Embedded, InferenceClient, type InferenceClientOptions } from './inference/inference-client.js';
export { loadDefinition } from './inference/load-modality.js';
export { findOptional } from './inference/open-models.js';
export type * from './modality.js';
export { runEncoder } from './run-encoder.js';
export { type RunningEncoder, startEncoder } from './start-encoder.js';
