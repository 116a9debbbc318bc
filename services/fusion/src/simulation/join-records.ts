import {
  type ItemContext,
  JoinRecord,
  PartEmbedded,
  type Review,
  ReviewKind,
  VectorEncoding,
  vectorDigest,
} from '@tercet/contracts';

type Body = NonNullable<JoinRecord['body']>;

const record = (itemKey: string, version: bigint, body: Body): Uint8Array =>
  JoinRecord.encode({ itemKey, version, body }).finish();

/** Encoded records of `embeddings`. */
export const joinRecord = {
  opened(itemKey: string, version: bigint, parts: readonly string[], windowMs: number): Uint8Array {
    return record(itemKey, version, {
      $case: 'itemOpened',
      value: {
        parts: parts.map((partId) => ({
          partId,
          modality: 'text',
          mediaType: 'text/plain',
          sha256: '',
          sizeBytes: 1n,
          language: '',
          sourcePartId: '',
          uri: '',
        })),
        context: undefined as ItemContext | undefined,
        policy: { id: 'p', version: '1', digest: 'unknown' },
        headSet: { id: 'h', digest: 'unknown' },
        windowMs: BigInt(windowMs),
      },
    });
  },
  embedded(
    itemKey: string,
    version: bigint,
    partId: string,
    model = 'm1',
    data = new Uint8Array(8),
  ): Uint8Array {
    const vectors = [{ data, span: undefined }];
    const embedding = { dimension: 2, encoding: VectorEncoding.F32, vectors };
    const value = PartEmbedded.fromPartial({
      partId,
      modality: 'text',
      encoderDigest: `encoder-${model}`,
      embeddings: [
        {
          ...embedding,
          model: { name: model, version: '1', digest: model },
          vectorDigest: vectorDigest(embedding),
        },
      ],
    });
    return record(itemKey, version, { $case: 'partEmbedded', value });
  },
  failed(itemKey: string, version: bigint, partId: string): Uint8Array {
    const value = { partId, modality: 'text', code: 'crashed', detail: '' };
    return record(itemKey, version, { $case: 'partFailed', value });
  },
  erased(itemKey: string, version: bigint): Uint8Array {
    return record(itemKey, version, { $case: 'itemErased', value: {} });
  },
  reviewed(review: Review): Uint8Array {
    return record(review.itemKey, review.version, { $case: 'itemReviewed', value: { review } });
  },
  redecide(itemKey: string, version: bigint): Uint8Array {
    return record(itemKey, version, {
      $case: 'itemRedecide',
      value: { policy: undefined, headSet: undefined, cause: 'test' },
    });
  },
};

/** A review that blocks. */
export const reviewOf = (itemKey: string, version: bigint, revision: number): Review => ({
  reviewId: `review of ${itemKey} ${version}.${revision}`,
  itemKey,
  version,
  revision,
  action: 'block',
  modifiers: [],
  categories: [],
  reviewerId: 'someone',
  kind: ReviewKind.QUEUE,
  note: '',
  reviewedAtMs: 0n,
});
