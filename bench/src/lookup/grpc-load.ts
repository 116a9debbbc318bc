/** What the process of grpc-load-main.ts is asked for. */
export interface LoadRequest {
  readonly address: string;
  readonly tenant: string;
  readonly itemIds: readonly string[];
  /** Closed: so many calls under way. Open: so many begin a second, whatever becomes of them. */
  readonly load:
    | { readonly concurrency: number; readonly seconds: number }
    | { readonly perSecond: number; readonly seconds: number };
}

/** Milliseconds from the intended start; 0 for a closed loop. */
export interface LoadAnswer {
  readonly perSecond: number;
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly failures: number;
  /** Of an answer, the mean. */
  readonly answerBytes: number;
}
