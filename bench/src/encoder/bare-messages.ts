import type { LoadPart } from '../footprint/load-parts.js';

/** Parts of one modality, for one pass of the bare loop. */
export interface BareRequest {
  readonly parts: readonly LoadPart[];
}

/** Seconds that one pass took. */
export interface BareTimes {
  /** Decoding and preparing. */
  readonly prepareS: number;
  /** Collating, running and reading the outputs. */
  readonly embedS: number;
  /** In ONNX Runtime's `run` alone. */
  readonly runS: number;
  /** Padded cost of what ran, by the models' first two dimensions. */
  readonly rows: number;
}
