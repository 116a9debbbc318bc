import { readFile } from 'node:fs/promises';
import {
  encodeF32,
  type HeadSetRef,
  type ItemContext,
  JoinRecord,
  type ModelRef,
  PartEmbedded,
  type PolicyRef,
  VectorEncoding,
  vectorDigest,
} from '@tercet/contracts';
import { REPOSITORY } from '@tercet/local';
import { type HeadManifest, loadHeadSet, loadPolicies } from '@tercet/policy';
import { randomStream } from '../texts.js';

/** So many vectors are made of each part, and used again: making them is an encoder's work, and would be a third of the load's. */
const VECTORS = 256;
const HEAD_SET = `${REPOSITORY}/models/heads/default`;
const POLICIES = `${REPOSITORY}/policies`;

interface Pins {
  readonly policy: PolicyRef;
  readonly headSet: HeadSetRef;
  /** A text model that the head set has heads for. */
  readonly model: ModelRef;
  readonly dimension: number;
  /** A second model whose vectors the heads read beside those of `model`. */
  readonly beside: { readonly model: ModelRef; readonly dimension: number } | undefined;
}

/** Records of `embeddings` as intake and the text encoder write them: the shipped policy and heads, vectors of real size. */
export class JoinItems {
  readonly #random = randomStream(1);
  /** By part: encoded records that lack key and version. */
  readonly #bodies = new Map<string, Uint8Array[]>();
  #used = 0;

  private constructor(private readonly pins: Pins) {}

  static async load(): Promise<JoinItems> {
    const [{ byDigest }, { ref }, manifest] = await Promise.all([
      loadPolicies(POLICIES),
      loadHeadSet(HEAD_SET),
      readFile(`${HEAD_SET}/manifest.json`, 'utf8'),
    ]);
    const [policy] = byDigest.values();
    const { heads } = JSON.parse(manifest) as HeadManifest;
    const head = heads.find((each) => each.kind === 'linear' && each.modality === 'text');
    const [model] = head?.models ?? [];
    if (!policy || head?.kind !== 'linear' || !model)
      throw new RangeError('no policy, or no head for text, is shipped');
    const [besideModel] = head.beside?.models ?? [];
    const beside = besideModel && { model: besideModel, dimension: head.beside?.dimension ?? 0 };
    return new JoinItems({ policy: policy.ref, headSet: ref, model, dimension: head.dimension, beside });
  }

  opened(itemKey: string, partIds: readonly string[], windowMs: number): Uint8Array {
    const { policy, headSet } = this.pins;
    const parts = partIds.map((partId) => ({
      partId,
      modality: 'text',
      mediaType: 'text/plain',
      sha256: '',
      sizeBytes: 200n,
      language: 'en',
      sourcePartId: '',
      uri: '',
    }));
    const context: ItemContext | undefined = undefined;
    return JoinRecord.encode({
      itemKey,
      version: 1n,
      body: {
        $case: 'itemOpened',
        value: { parts, context, policy, headSet, windowMs: BigInt(windowMs) },
      },
    }).finish();
  }

  embedded(itemKey: string, partId: string): Uint8Array {
    const bodies = this.#bodies.get(partId) ?? Array.from({ length: VECTORS }, () => this.#body(partId));
    this.#bodies.set(partId, bodies);
    this.#used += 1;
    const head = JoinRecord.encode({ itemKey, version: 1n, body: undefined }).finish();
    // Messages that are written one behind the other are one message.
    return Buffer.concat([head, bodies[this.#used % VECTORS] as Uint8Array]);
  }

  #body(partId: string): Uint8Array {
    const { model, dimension, beside } = this.pins;
    const value = PartEmbedded.fromPartial({
      partId,
      modality: 'text',
      encoderDigest: 'bench',
      language: 'en',
      embeddings: [
        this.#embedding(model, dimension),
        ...(beside ? [this.#embedding(beside.model, beside.dimension)] : []),
      ],
    });
    return JoinRecord.encode({
      itemKey: '',
      version: 0n,
      body: { $case: 'partEmbedded', value },
    }).finish();
  }

  /** One vector of length 1. */
  #embedding(model: ModelRef, dimension: number) {
    const vector = Float32Array.from({ length: dimension }, () => this.#random() - 0.5);
    const length = Math.hypot(...vector);
    const data = encodeF32(vector.map((value) => value / length));
    const embedding = {
      dimension,
      encoding: VectorEncoding.F32,
      vectors: [{ data, span: undefined }],
    };
    return { ...embedding, model, vectorDigest: vectorDigest(embedding) };
  }
}
