/** What the dashboard asks of the process that explains. */
export interface ScoreRequest {
  readonly texts: readonly string[];
  readonly category: string;
  readonly language: string;
  readonly headSetDigest: string;
  /** Of the models that the decision rests on. */
  readonly modelDigests: readonly string[];
}

/** `model_changed`: the model or the heads of that decision are not here. */
export type ScoreAnswer =
  | { readonly scores: readonly number[] }
  | { readonly refused: 'model_changed' }
  | { readonly failed: string };
