/** What `buildModels` is doing. `bytes` counts up to `totalBytes`; equal means done. */
export interface ModelProgress {
  readonly phase: 'download' | 'build';
  /** What is downloaded or built, for people: `package@version`, `repository/file`, a model's name. */
  readonly what: string;
  readonly bytes: number;
  readonly totalBytes: number;
}

export type OnProgress = (progress: ModelProgress) => void;
