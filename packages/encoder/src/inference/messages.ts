import type { InvalidCode, ModelRef, UnavailableCode } from '@tercet/contracts';
import type { BatchLimits, OptionalModel, Outcome, PartInput } from '../modality.js';

/** Everything that the inference process must know; it reads no environment of its own. */
export interface InferenceSettings {
  /** URL of the module that exports `definition`. */
  readonly moduleUrl: string;
  /** The modality's own settings, as JSON. */
  readonly modalitySettings: string;
  /** Where verified models lie. */
  readonly modelFiles: { readonly cacheDir: string; readonly lockPath?: string };
  readonly executionProvider: 'cpu' | 'cuda';
  readonly intraOpThreads: number;
  readonly batch: BatchLimits;
  /** Parts in `prepare` at one time. */
  readonly maxPreparing: number;
  /** For one part's `prepare`; then its signal is aborted, and as long again it has to end by itself. */
  readonly prepareTimeoutMs: number;
  /** For one batch's `embed`. */
  readonly runTimeoutMs: number;
}

export interface PartRequest {
  readonly id: number;
  readonly input: PartInput;
}

/** From the main process to the inference process. */
export type ToInference =
  | { readonly kind: 'start'; readonly settings: InferenceSettings }
  | { readonly kind: 'embed'; readonly parts: readonly PartRequest[] }
  | { readonly kind: 'cancel'; readonly ids: readonly number[] };

/** Where a part's time went. */
export interface Timings {
  readonly prepareMs: number;
  /** From prepared to answered, without the time in which the model ran for its batch. */
  readonly waitMs: number;
  /** How long the model ran for its batch until the part was answered. */
  readonly runMs: number;
}

/** What a batch held. */
export interface BatchSize {
  readonly parts: number;
  /** In the modality's unit. */
  readonly cost: number;
}

export type Failure =
  | { readonly kind: 'InvalidInput'; readonly code: InvalidCode; readonly detail: string }
  | { readonly kind: 'Unavailable'; readonly code: UnavailableCode; readonly detail: string }
  | { readonly kind: 'Bug'; readonly detail: string };

export type Answer =
  | { readonly id: number; readonly outcome: Outcome; readonly timings: Timings }
  | { readonly id: number; readonly failure: Failure }
  /** It was cancelled before it cost a run. */
  | { readonly id: number; readonly dropped: true };

/** What the process runs. */
export interface InferenceReady {
  /** Over the models' digests and the modality's settings. */
  readonly encoderDigest: string;
  readonly models: readonly ModelRef[];
  /** Optional ones that are not installed. */
  readonly absent: readonly OptionalModel[];
  readonly loadMs: number;
  readonly warmUpMs: number;
}

/** From the inference process to the main process. */
export type FromInference =
  | { readonly kind: 'ready'; readonly ready: InferenceReady }
  | { readonly kind: 'answers'; readonly answers: readonly Answer[] }
  | { readonly kind: 'batch'; readonly size: BatchSize }
  /** Something did not end within its limit; the process ends itself right after. */
  | { readonly kind: 'hung' }
  /** It cannot start; the process ends itself right after. */
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** Once a second while its event loop turns. */
  | { readonly kind: 'beat'; readonly rssBytes: number; readonly waiting: number };
