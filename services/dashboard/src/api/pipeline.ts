/** GET /api/v1/pipeline. What cannot be read now is null, never 0. */
export interface PipelineHealth {
  readonly atMs: number;
  readonly groups: readonly { group: string; topic: string; lag: number | null }[];
  readonly openJoins: number | null;
  readonly oldestOpenAtMs: number | null;
  readonly deadLetters: { readonly lastHour: number | null; readonly total: number | null };
  /** How far the dashboard itself is behind `decisions`. */
  readonly ownLag: number | null;
  readonly decisionsPerSecond: number | null;
}
