import type { EmptyCode } from '@tercet/contracts';

/** Tells a prepared part from what `prepare` says of one with nothing in it. */
export function isPrepared<Prepared>(
  prepared: Prepared | { readonly empty: EmptyCode },
): prepared is Prepared {
  return typeof prepared !== 'object' || prepared === null || !('empty' in prepared);
}
