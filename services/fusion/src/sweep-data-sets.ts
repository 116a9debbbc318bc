import { type JoinHold, LostError } from '@tercet/join-state';
import { asTercetError } from '@tercet/kit';
import type { FusionEvents } from './events.js';

/**
 * Removes what older data sets of a partition left, beside the owner's work, until that is done or the partition has
 * another owner or data set. What remains is removed after the next rebuild. Never rejects.
 */
export async function sweepDataSets(
  hold: Pick<JoinHold, 'sweep'>,
  partition: number,
  events: Pick<FusionEvents, 'notSwept'>,
): Promise<void> {
  let place: string | undefined;
  try {
    do {
      place = (await hold.sweep(place)).next;
    } while (place !== undefined);
  } catch (error) {
    if (!(error instanceof LostError)) events.notSwept(partition, asTercetError(error));
  }
}
