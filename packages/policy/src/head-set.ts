import type { HeadSetRef } from '@tercet/contracts';
import type { HeadSet } from './api.js';
import { canonicalJson, compareCodeUnits, sha256Hex } from './canonical-json.js';
import { type Head, inputsOf } from './head.js';
import { type HeadEntry, type HeadManifest, headManifestSchema, type VectorEntry } from './head-manifest.js';
import { type Lane, lanesOf } from './linear-block.js';
import { HeadSetError } from './policy-error.js';

/** A head as it reads one model's output. */
export interface ModelHead {
  readonly head: Head;
  /** As its entry names them; one list for all heads of the set that serve the same. */
  readonly languages: readonly string[];
  /** Where it is applied together with others. */
  readonly lane: Lane | undefined;
}

/** A head set whose digests were checked. */
export class CheckedHeadSet implements HeadSet {
  readonly modelDigests: ReadonlySet<string>;
  /** Modalities that have at least one head. */
  readonly modalities: ReadonlySet<string>;
  readonly #looked: ReadonlySet<string>;
  readonly #modelNames: ReadonlySet<string>;
  readonly #byModality = new Map<string, Map<string, ModelHead[]>>();

  constructor(
    readonly ref: HeadSetRef,
    /** Sorted by name. */
    readonly heads: readonly Head[],
  ) {
    this.modelDigests = new Set(heads.flatMap(({ entry }) => entry.models.map((model) => model.digest)));
    this.modalities = new Set(heads.map(({ entry }) => entry.modality));
    this.#looked = new Set(heads.filter(({ entry }) => !entry.optional).map(({ entry }) => entry.modality));
    this.#modelNames = new Set(
      heads.flatMap(({ entry }) => entry.models.map(({ name }) => `${entry.modality} ${name}`)),
    );
    const lists = new Map<string, readonly string[]>();
    const listOf = ({ entry: { languages } }: Head): readonly string[] => {
      const known = lists.get(languages.join()) ?? languages;
      lists.set(languages.join(), known);
      return known;
    };
    for (const modality of this.modalities) {
      const ofModality = heads.filter(({ entry }) => entry.modality === modality);
      const byModel = [...this.modelDigests].map((digest): [string, ModelHead[]] => {
        const ofModel = ofModality
          .filter(({ entry }) => entry.models.some((model) => model.digest === digest))
          // As scores are sorted, so that those of each part need not be.
          .sort((a, b) => compareCodeUnits(a.entry.category, b.entry.category));
        const lanes = lanesOf(ofModel);
        return [digest, ofModel.map((head, i) => ({ head, languages: listOf(head), lane: lanes[i] }))];
      });
      this.#byModality.set(modality, new Map(byModel));
    }
  }

  /**
   * Whether something made by these models ought to be scored: the modality has a head that is not optional, or one of
   * its heads knows one of the models by name, if not by digest.
   */
  expects(modality: string, modelNames: readonly string[]): boolean {
    return this.#looked.has(modality) || modelNames.some((one) => this.#modelNames.has(`${modality} ${one}`));
  }

  /** Heads that read a model's output in a part of a modality, sorted by category. */
  headsFor(modality: string, modelDigest: string): readonly ModelHead[] {
    return this.#byModality.get(modality)?.get(modelDigest) ?? NO_HEADS;
  }
}

const NO_HEADS: readonly ModelHead[] = [];

/**
 * Reads a head set: `manifest` is the text of manifest.json, `weights` the bytes of its weights file (binary32, little
 * endian).
 * @throws HeadSetError where anything is malformed, out of range, or not what its digest says.
 */
export function parseHeadSet(manifest: string, weights: Uint8Array): HeadSet {
  const document = readManifest(manifest);
  if (sha256Hex(weights) !== document.weights.sha256) {
    throw new HeadSetError('weights.sha256', 'the weights file does not have this sha256');
  }
  const names = new Set<string>();
  const heads = document.heads.map((entry, i) => {
    if (names.has(entry.name)) throw new HeadSetError(`heads.${i}.name`, 'two heads have this name');
    names.add(entry.name);
    return readHead(entry, weights, `heads.${i}`);
  });
  const digest = headSetDigest(document.heads, weights);
  if (digest !== document.digest) throw new HeadSetError('digest', `the heads have the digest ${digest}`);
  heads.sort((a, b) => compareCodeUnits(a.entry.name, b.entry.name));
  return new CheckedHeadSet({ id: document.id, digest }, heads);
}

/** sha256 over the sorted digests of the heads; a head's digest covers its manifest entry and its weights. */
export function headSetDigest(entries: readonly HeadEntry[], weights: Uint8Array): string {
  const digests = entries.map((entry) => {
    const bytes = entry.kind === 'signal' ? new Uint8Array() : weightBytes(entry, weights);
    return sha256Hex(`${canonicalJson(entry)}\n${sha256Hex(bytes)}`);
  });
  return sha256Hex(digests.sort(compareCodeUnits).join('\n'));
}

function readManifest(text: string): HeadManifest {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw new HeadSetError('', 'the manifest is not JSON', { cause: error });
  }
  const parsed = headManifestSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new HeadSetError(issue?.path.join('.') ?? '', issue?.message ?? 'not a manifest', {
    cause: parsed.error,
  });
}

function readHead(entry: HeadEntry, bytes: Uint8Array, path: string): Head {
  if (entry.kind === 'signal') return { entry };
  const slice = weightBytes(entry, bytes);
  const count = weightCount(entry);
  if (slice.length !== count * 4) {
    throw new HeadSetError(`${path}.weights_at`, 'lies beyond the end of the weights file');
  }
  const view = new DataView(slice.buffer, slice.byteOffset, slice.byteLength);
  const weights = new Float32Array(count);
  for (let i = 0; i < count; i += 1) weights[i] = view.getFloat32(i * 4, true);
  if (!weights.every(Number.isFinite)) throw new HeadSetError(path, 'a weight is not finite');
  return { entry, weights };
}

function weightBytes(entry: VectorEntry, bytes: Uint8Array): Uint8Array {
  return bytes.subarray(entry.weights_at * 4, (entry.weights_at + weightCount(entry)) * 4);
}

function weightCount(entry: VectorEntry): number {
  const inputs = inputsOf(entry);
  return entry.kind === 'linear' ? inputs : entry.hidden * (inputs + 2);
}
