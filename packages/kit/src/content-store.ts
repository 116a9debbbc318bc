/**
 * Content by its sha256 (lower-case hex). Adapters: `fs-content-store.ts`, `s3-content-store.ts`.
 * Every method throws UnavailableError `content_store_unavailable` where the store does not answer.
 */
export interface ContentStore {
  /** Stores bytes under their own hash and returns it. Storing the same bytes twice is harmless. */
  put(bytes: Uint8Array, signal?: AbortSignal): Promise<string>;
  /**
   * Reads at most `maxBytes`. Throws InvalidInputError `content_missing` where there is none, `too_large` beyond the
   * limit, and `sha256_mismatch` where what is stored does not have the hash.
   */
  get(sha256: string, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array>;
  has(sha256: string, signal?: AbortSignal): Promise<boolean>;
  /** Erases; absent content is no error. */
  remove(sha256: string, signal?: AbortSignal): Promise<void>;
}
