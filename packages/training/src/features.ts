import type { ModelRef } from '@tercet/contracts';
import { LEXICON, lexicalVector } from '@tercet/lexicon';
import type { TrainedHeadPlan } from './manifest.js';

/** What a head may read beside an embedding: pure, so that nothing is cached. */
export const BESIDE: { readonly ref: ModelRef; readonly dimension: number } = {
  ref: LEXICON,
  dimension: lexicalVector('').length,
};

/** What a head reads of a text: its embedding and, where the plan asks for it, what word lists say of it. */
export class Features {
  readonly #lexical = new Map<string, Float32Array>();

  constructor(private readonly vectors: ReadonlyMap<string, Float32Array>) {}

  /** @throws RangeError where the text was not embedded. */
  of(text: string, plan: Pick<TrainedHeadPlan, 'lexicon'>): Float32Array {
    const vector = this.vectors.get(text);
    if (vector === undefined) throw new RangeError('a text was not embedded');
    if (!plan.lexicon) return vector;
    let lexical = this.#lexical.get(text);
    if (lexical === undefined) {
      lexical = lexicalVector(text);
      this.#lexical.set(text, lexical);
    }
    const both = new Float32Array(vector.length + lexical.length);
    both.set(vector);
    both.set(lexical, vector.length);
    return both;
  }
}
