import type { Tensors } from '../modality.js';
import type { Failure } from './messages.js';
import type { SessionOptions } from './session-set.js';

/** Opens one session; the graph's bytes are moved, not copied. */
export interface OpenRequest extends SessionOptions {
  readonly kind: 'open';
  readonly id: number;
}

export interface RunRequest {
  readonly kind: 'run';
  readonly id: number;
  readonly slot: string;
  readonly inputs: Tensors;
}

export type ToSessions = OpenRequest | RunRequest;

export type FromSessions =
  | { readonly id: number; readonly outputs: Tensors; readonly runMs: number }
  | { readonly id: number; readonly failure: Failure };
