/** What the dashboard asks of the process that explains. */
export interface ScoreRequest {
  readonly texts: readonly string[];
  readonly category: string;
  readonly language: string;
  readonly headSetDigest: string;
}

/** `model_changed`: neither model nor heads of that decision are here. */
export type ScoreAnswer =
  | { readonly scores: readonly number[] }
  | { readonly refused: 'model_changed' }
  | { readonly failed: string };
