import { splitItemKey } from '@tercet/contracts';
import type { DecideInput } from './api.js';
import type { CombinedScore } from './combine-parts.js';
import type { ConditionFacts } from './condition.js';
import type { ReadPart } from './read-parts.js';

/** The facts of one item. Each is put together when an expression first looks at it: few look at more than one or two. */
export class ItemFacts implements ConditionFacts {
  #item: ConditionFacts['item'] | undefined;
  #scores: ConditionFacts['scores'] | undefined;
  #parts: ConditionFacts['parts'] | undefined;
  readonly #input: DecideInput;
  readonly #combined: readonly CombinedScore[];
  readonly #read: readonly ReadPart[];
  readonly #conflicts: number;

  constructor(
    input: DecideInput,
    combined: readonly CombinedScore[],
    read: readonly ReadPart[],
    readonly uncertainty: number,
    conflicts: number,
  ) {
    this.#input = input;
    this.#combined = combined;
    this.#read = read;
    this.#conflicts = conflicts;
  }

  get item(): ConditionFacts['item'] {
    if (this.#item !== undefined) return this.#item;
    const { itemKey, version, opened } = this.#input;
    const { context } = opened;
    this.#item = {
      tenant: splitItemKey(itemKey)?.tenant ?? '',
      surface: context?.surface ?? '',
      locale: context?.locale ?? '',
      reach: context?.reach ?? 0n,
      reports: context?.reports ?? 0n,
      version,
    };
    return this.#item;
  }

  get scores(): ConditionFacts['scores'] {
    if (this.#scores !== undefined) return this.#scores;
    const scores = new Map<string, number>();
    for (const { category, score } of this.#combined) scores.set(category, score);
    this.#scores = scores;
    return scores;
  }

  get parts(): ConditionFacts['parts'] {
    this.#parts ??= this.#read.map(
      ({ partId, modality, language, missing, state }) =>
        new Map([
          ['id', partId],
          ['modality', modality],
          ['language', language],
          ['state', missing?.state ?? 'used'],
          ['code', missing?.code ?? ''],
          ['source', state.part.sourcePartId],
        ]),
    );
    return this.#parts;
  }

  get conflicts(): bigint {
    return BigInt(this.#conflicts);
  }
}
