/** One place of a built file; the text must stand there exactly once, or the mutant is no longer what it claims to be. */
export interface Patch {
  /** Relative to the package. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** One safety part taken off. */
export interface Mutant {
  readonly name: string;
  readonly part: string;
  /** Whose copy is patched; fusion's where absent. */
  readonly package?: 'packages/encoder' | 'packages/join-state';
  readonly patches: readonly Patch[];
}
