import { VectorEncoding, vectorDigest } from '@tercet/contracts';
import { joinRecord, reviewOf } from './join-records.js';

/** What a record of `embeddings` says. */
export type FactBody =
  | { readonly kind: 'opened'; readonly parts: readonly string[]; readonly windowMs: number }
  | { readonly kind: 'embedded'; readonly partId: string; readonly model: string; readonly variant: number }
  | { readonly kind: 'failed'; readonly partId: string }
  | { readonly kind: 'erased' }
  | { readonly kind: 'reviewed'; readonly revision: number }
  | { readonly kind: 'redecide' };

/** A record as it stands in the log. */
export type Fact = FactBody & {
  readonly key: string;
  readonly version: bigint;
  readonly offset: bigint;
  /** Append time. */
  readonly timeMs: number;
};

const vectorOf = (variant: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(new Float32Array([variant, 1]).buffer);

const digests = [0, 1].map((variant) =>
  vectorDigest({
    dimension: 2,
    encoding: VectorEncoding.F32,
    vectors: [{ data: vectorOf(variant), span: undefined }],
  }),
);

/** Digest of a variant's vector, as a decision names it. */
export const digestOf = (variant: number): string => digests[variant] as string;

const made = new Map<string, Uint8Array>();

/** The record, encoded; the same bytes for the same record. */
export function factBytes(key: string, version: bigint, body: FactBody): Uint8Array {
  const name = `${key} ${version} ${Object.values(body).join()}`;
  let bytes = made.get(name);
  if (!bytes) {
    bytes = encode(key, version, body);
    made.set(name, bytes);
  }
  return bytes;
}

function encode(key: string, version: bigint, body: FactBody): Uint8Array {
  switch (body.kind) {
    case 'opened':
      return joinRecord.opened(key, version, body.parts, body.windowMs);
    case 'embedded':
      return joinRecord.embedded(key, version, body.partId, body.model, vectorOf(body.variant));
    case 'failed':
      return joinRecord.failed(key, version, body.partId);
    case 'erased':
      return joinRecord.erased(key, version);
    case 'reviewed':
      return joinRecord.reviewed(reviewOf(key, version, body.revision));
    case 'redecide':
      return joinRecord.redecide(key, version);
  }
}
