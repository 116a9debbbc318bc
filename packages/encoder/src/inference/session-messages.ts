import type { Tensors } from '../modality.js';
import type { Failure } from './messages.js';

/** Opens one session; the graph's bytes are moved, not copied. */
export interface OpenRequest {
  readonly kind: 'open';
  readonly id: number;
  readonly slot: string;
  readonly graph: Uint8Array;
  readonly executionProvider: 'cpu' | 'cuda';
  readonly intraOpThreads: number;
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
