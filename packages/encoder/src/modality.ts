import type {
  Derivation,
  DerivedSpan,
  Embedding,
  EmptyCode,
  Modality as ModalityName,
  ModelRef,
  Truncation,
} from '@tercet/contracts';

/** A dense tensor, row major, as it goes to and comes from a model. */
export interface Tensor {
  readonly type: 'float32' | 'int64' | 'int32' | 'uint8' | 'bool';
  readonly data: Float32Array | BigInt64Array | Int32Array | Uint8Array;
  readonly dims: readonly number[];
}

/** Inputs or outputs of one run of one model, by tensor name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** What an encoder knows of a part beside its bytes. */
export interface PartInput {
  readonly bytes: Uint8Array;
  /** As upstream said; the bytes decide. */
  readonly mediaType: string;
  /** BCP 47 tag; empty: unknown. */
  readonly language: string;
  readonly derivation: Derivation | undefined;
}

/** What an encoder makes of one part. */
export type Outcome =
  | {
      readonly kind: 'embedded';
      readonly embeddings: readonly Embedding[];
      readonly truncated: readonly Truncation[];
      readonly language: string;
      /** Where spans of a derived part moved in this encoder's own normalisation; absent: as the part brought it. */
      readonly derivation?: Derivation;
    }
  | Derived
  | {
      readonly kind: 'empty';
      readonly code: EmptyCode;
      /** Of a deriver: what of the source it did not read, in the source's units; absent: nothing. */
      readonly truncated?: readonly Truncation[];
    };

/** What a deriver read from one part: the outcome of a modality whose definition has `derives`. */
export interface Derived {
  readonly kind: 'derived';
  /** In Unicode form C, not blank. */
  readonly text: string;
  /** Mean over the text, weighted by characters, 0..1. */
  readonly confidence: number;
  /** BCP 47 tag: detected, or the reader's only one; empty: unknown. */
  readonly language: string;
  /** One per line or segment, in the text's order: where it stands in `text` (code points) and where in the source. */
  readonly spans: readonly DerivedSpan[];
  /** What of the source was not read, in the source's units. */
  readonly truncated: readonly Truncation[];
}

/** The part that a deriver makes of each part it reads. */
export interface Derives {
  /** The new part's id is the source's with `/` and this, such as `ocr`; also the `kind` of its derivation. */
  readonly suffix: string;
  /** What the new part is: a row of the modality table. */
  readonly modality: ModalityName;
}

/**
 * Runs one model of the encoder; `name` is the model's slot in the modality. Whoever knows the next run's inputs calls it
 * before the last one has ended, so that the model never waits and no later batch goes first.
 */
export type RunModel = (name: string, inputs: Tensors, options?: RunOptions) => Promise<Tensors>;

export interface RunOptions {
  /** Nobody reads the inputs again: large ones are then handed to the model's thread without a copy. */
  readonly giveAway?: boolean;
}

/** Says what one part came to, by its place in the batch, before the others are done. */
export type TellOutcome = (index: number, outcome: Outcome) => void;

/**
 * One modality, pure but for the decoders it must call. It lives in the inference process, is given bytes and tensors
 * and returns values; it knows no Kafka, no Redis, no environment and no other part than those it is handed.
 */
export interface Modality<Prepared> {
  /** A row of the modality table. */
  readonly name: string;
  /**
   * Decodes and prepares one part.
   * @throws InvalidInputError where the bytes cannot be used.
   */
  prepare(input: PartInput, signal: AbortSignal): Promise<Prepared | { readonly empty: EmptyCode }>;
  /** Cost of a prepared part, in the unit of `maxCost` (tokens, pixels, seconds). */
  cost(prepared: Prepared): number;
  /**
   * Runs a batch and answers one outcome per part, in order. A part's vectors must not depend on its neighbours.
   * The modality collates, calls its models through `run` and splits the outputs. A part that is done before its batch
   * is may be told at once; it is among the answers all the same.
   */
  embed(batch: readonly Prepared[], run: RunModel, tell?: TellOutcome): Promise<Outcome[]>;
}

/** A verified model as the inference process holds it. */
export interface LoadedModel {
  readonly ref: ModelRef;
  /** Side files by name, such as `tokenizer.json`; the graph itself is already a session. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Preprocessing parameters of the lock file. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A model that only a user can install. */
export interface OptionalModel {
  readonly slot: string;
  /** Name in the lock file. */
  readonly name: string;
  /** What nobody looks for without it, for people. */
  readonly covers: string;
}

/** How large a batch may grow. */
export interface BatchLimits {
  /** Of all its parts together, in the modality's unit (tokens, pixels, seconds). */
  readonly maxCost: number;
  readonly maxParts: number;
}

/** What a modality's module exports as `definition`; the inference process imports the module by its URL. */
export interface ModalityDefinition<Prepared, Settings> {
  /** The row of the modality table whose parts it reads. */
  readonly name: string;
  /** Name of the service and of its consumer group; default: `<name>-encoder`, or a deriver's suffix. */
  readonly service?: string;
  /** Set for a deriver: every outcome is `derived` or `empty`, and becomes a part of its own. */
  readonly derives?: Derives;
  /** Reads the modality's own settings; called once in the main process, handed over as JSON. */
  readSettings(env: Readonly<Record<string, string | undefined>>): Settings;
  /** Batch limits where TERCET_MAX_BATCH_COST and TERCET_MAX_BATCH_PARTS say nothing; measured, not guessed. */
  readonly batch: BatchLimits;
  /** What a batch may take where TERCET_RUN_TIMEOUT_MS says nothing; default 60,000. */
  readonly runTimeoutMs?: number;
  /**
   * Runs its models where it prepares its parts, instead of on a thread of their own: nothing is prepared meanwhile, and
   * no tensor is copied on its way. For many short runs on large tensors.
   */
  readonly runsInPlace?: boolean;
  /**
   * Parts that the process prepares and runs as one batch before it is ready, so that the first real one pays for no
   * set-up: made by the modality itself, of an ordinary and of its largest size.
   */
  samples(settings: Settings): Promise<readonly PartInput[]>;
  /** Model names of the lock file, by the slot name that `run` takes. */
  models(settings: Settings): Readonly<Record<string, string>>;
  /**
   * Models that it does without where they are not installed: `create` is not given what is absent, and what the encoder
   * then does not see is said in one line of the log at the start.
   */
  readonly optionalModels?: readonly OptionalModel[];
  create(models: Readonly<Record<string, LoadedModel>>, settings: Settings): Modality<Prepared>;
}
