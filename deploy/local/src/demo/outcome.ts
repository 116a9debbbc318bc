import type { Decision, PartMissing } from '@tercet/contracts';
import type { DemoItem } from './items/demo-item.js';

/** How one item version ended. */
export interface Outcome {
  readonly demo: DemoItem;
  readonly decision: Decision | undefined;
  /** From the hand-over to fusion's decision, in milliseconds; undefined where there is none. */
  readonly latencyMs: number | undefined;
  /** First decisions of this version on `decisions`. */
  readonly decisions: number;
  /** What is wrong; empty: it ended as it should. */
  readonly wrong: readonly string[];
}

/** How the whole demo ended. */
export interface DemoResult {
  readonly outcomes: readonly Outcome[];
  /** Versions that went in and have no first decision. */
  readonly lost: number;
  /** Versions with more than one. */
  readonly duplicates: number;
  readonly deadLetters: readonly { readonly code: string; readonly record: string }[];
  /** What is wrong beside the items. */
  readonly wrong: readonly string[];
}

/** True where everything ended as it should. */
export function isGood(result: DemoResult): boolean {
  return result.wrong.length === 0 && result.outcomes.every((outcome) => outcome.wrong.length === 0);
}

/** Whether a part was looked for in another one and is not in it: a picture without words. */
export function wasNothingToRead({ partId, state }: PartMissing): boolean {
  return state === 'empty' && partId.includes('/');
}

/** Distinct modalities of an item's parts, in the order in which they come. */
export function modalitiesOf(demo: DemoItem): string[] {
  return [...new Set(demo.item.parts.map((part) => part.modality))];
}
