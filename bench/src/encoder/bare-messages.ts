export interface ToBare {
  readonly texts: readonly string[];
}

/** Seconds that one pass over the texts took. */
export interface BareTimes {
  /** Normalising and tokenising. */
  readonly prepareS: number;
  /** In ONNX Runtime's `run` alone. */
  readonly runS: number;
  readonly rows: number;
  readonly tokens: number;
}

export type FromBare = { readonly kind: 'ready' } | ({ readonly kind: 'timed' } & BareTimes);
