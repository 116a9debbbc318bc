/** What an item may bring. */
export interface ItemLimits {
  readonly maxParts: number;
  /** Largest inline content of one part, in bytes. */
  readonly maxPartBytes: number;
  /** Largest text of one part, in bytes of UTF-8. */
  readonly maxTextBytes: number;
  readonly maxWindowMs: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: ItemLimits = {
  maxParts: 64,
  maxPartBytes: 16 * MIB,
  maxTextBytes: 2 * MIB,
  maxWindowMs: 600_000,
};
