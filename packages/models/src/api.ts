import type { ModelRef } from '@tercet/contracts';
import type { LockedModel, ModelSlot } from './lock.js';
import type { OnProgress } from './progress.js';

export interface ModelOptions {
  /** Default: `TERCET_MODEL_CACHE`, else `.cache/models` in the repository. */
  readonly cacheDir?: string;
  /** Default: `TERCET_MODEL_LOCK`, else `models/models.lock.json` in the repository. */
  readonly lockPath?: string;
  /** Default: `TERCET_MODEL_HUB`, else the Hugging Face hub. */
  readonly hubEndpoint?: string;
  readonly onProgress?: OnProgress;
}

/** A model ready to be loaded; every byte was checked against the lock file just now. */
export interface ResolvedModel {
  readonly name: string;
  readonly version: string;
  /** sha256 over graph, side files, preprocessing parameters and companions; heads are bound to it. */
  readonly digest: string;
  /** Name, version and digest, as they travel with a vector. */
  readonly ref: ModelRef;
  /** The ONNX graph: give it to `openSession`. */
  readonly graph: Uint8Array;
  /** Side files by name: `tokenizer.json` of a text model. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Preprocessing parameters of the lock file. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The lock file's entry: `parameters`, `inputs`, `outputs`, `dimension`, `license`. */
  readonly meta: LockedModel;
}

/** One line of `tercet models list`. */
export interface ModelListing {
  readonly name: string;
  readonly version: string;
  readonly slot: ModelSlot;
  /** Whether the slot's name stands for this model. */
  readonly isDefault: boolean;
  readonly license: string;
  readonly dimension: number;
  readonly digest: string;
  readonly graphBytes: number;
  /** Whether the graph and side files are in the cache. */
  readonly built: boolean;
}

/** One line of `tercet models verify`. */
export interface ModelVerdict {
  readonly name: string;
  /**
   * `ok`; `missing`: not built; `mismatch`: a cached file was changed; `refused`: the graph may not be loaded;
   * `absent`: not built, and built on request alone, or from a file that only a user can give.
   */
  readonly state: 'ok' | 'missing' | 'mismatch' | 'refused' | 'absent';
  readonly detail: string;
}
