import type { ModelRef } from '@tercet/contracts';

/** What training needs of a text model: the same windows and vectors as the encoder makes. */
export interface TextEmbedder {
  readonly ref: ModelRef;
  readonly dimension: number;
  /** One L2-normalised vector per text, of its first window. */
  embed(texts: readonly string[]): Promise<readonly Float32Array[]>;
}
