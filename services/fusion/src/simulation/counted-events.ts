import { DecisionCause, DecisionStatus } from '@tercet/contracts';
import { PUT_OUTCOMES } from '@tercet/join-state';
import type { FusionEvents } from '../events.js';
import type { Reached } from './reached.js';
import type { Actor, World } from './world.js';

const PUT_LABELS = new Map(Object.values(PUT_OUTCOMES).map((outcome) => [outcome, `put: ${outcome}`]));

/** Fusion's events as counts of what was reached, and as lines of the trace. */
export function countedEvents(world: World, actor: Actor, reached: Reached): FusionEvents {
  const note = (text: string): void => world.note(`${actor.name}: ${text}`);
  return {
    recordsApplied(outcomes) {
      for (const outcome of outcomes) reached.add(PUT_LABELS.get(outcome) as string);
    },
    recordUnreadable(_partition, offset, reason) {
      world.violate(`record ${offset} was unreadable: ${reason}`);
    },
    committed(run) {
      for (const { counted } of run) {
        const { itemKey, version, revision, status } = counted;
        const cause = DecisionCause[counted.cause]?.toLowerCase();
        reached.add(`decided: ${cause}`);
        if (world.trace)
          note(`decided ${itemKey} ${version}.${revision} ${DecisionStatus[status]} for ${cause}`);
      }
    },
    scoringFailed(error) {
      world.violate(`scoring failed: ${String(error)}`);
    },
    stepDone: () => undefined,
    state: () => undefined,
    behind: () => undefined,
    holdEnded(partition, reason, error) {
      reached.add(`hold ended: ${reason}`);
      note(`hold on ${partition} ended: ${reason}, ${error.message}`);
    },
    generationOver(partition) {
      reached.add('generation over');
      note(`leaves ${partition}`);
    },
    rebuilding(partition, reason, replayFrom) {
      reached.add(`rebuild: ${reason}`);
      note(`rebuilds ${partition} from ${replayFrom}: ${reason}`);
    },
    recovered(partition, _startedAt, inOffset, marked) {
      reached.add('recovered');
      if (marked > 0) reached.add('recovered with decisions to mark');
      note(`recovered ${partition} at ${inOffset}, ${marked} marked`);
    },
    overloaded(partition) {
      reached.add('overloaded');
      note(`overloaded on ${partition}`);
    },
    notSwept(partition, error) {
      note(`sweep of ${partition} ended: ${error.message}`);
    },
    relieved(partition) {
      reached.add('relieved');
      note(`relieved on ${partition}`);
    },
    gap(partition, expected, got) {
      world.violate(`gap on ${partition}: ${got} instead of ${expected}`);
    },
  };
}
