import { type Decided, type Opening, type PartSeen, versionId } from './ledger.js';
import type { FaultSeen } from './run-faults.js';

/** What a run left to tell recoveries from. */
export interface Traces {
  readonly inputs: readonly (Opening | PartSeen)[];
  readonly decisions: readonly Decided[];
  /** When the gateway answered a call; milliseconds since the epoch. */
  readonly gatewayAnsweredMs: readonly number[];
}

/** Partitions that get no opening for so long after a fault rest, and say nothing about it. */
const WITHIN_MS = 15_000;

/**
 * When work flowed again for what was opened after a fault, in milliseconds since the epoch: for an encoder the first part
 * of its modality, for the gateway the first answered call, for everything else the first decision in the last partition
 * to have one. Undefined where it never did; the fault's own time where nothing came after it.
 */
export function recoveriesOf(faults: readonly FaultSeen[], traces: Traces): (number | undefined)[] {
  const openings = new Map<string, Opening>();
  for (const input of traces.inputs)
    if (input.kind === 'opening' && !openings.has(input.id)) openings.set(input.id, input);
  const decidedMs = new Map<string, number>();
  for (const { itemKey, version, isFirst, sentMs } of traces.decisions)
    if (isFirst) decidedMs.set(versionId(itemKey, version), sentMs);
  const opened = [...openings.values()];
  return faults.map(({ target, brokeMs }) => {
    if (target === 'gateway') return firstAfter(traces.gatewayAnsweredMs, brokeMs);
    if (target.endsWith('-encoder')) {
      const modality = target.replace('-encoder', '');
      const parts = traces.inputs.filter(
        (one): one is PartSeen =>
          one.kind === 'part' && one.modality === modality && (openings.get(one.id)?.appendMs ?? 0) > brokeMs,
      );
      return parts.length === 0 ? brokeMs : least(parts.map(({ appendMs }) => appendMs));
    }
    return lastPartition(
      opened.filter(({ appendMs }) => appendMs > brokeMs && appendMs <= brokeMs + WITHIN_MS),
      decidedMs,
      brokeMs,
    );
  });
}

function lastPartition(
  opened: readonly Opening[],
  decidedMs: ReadonlyMap<string, number>,
  brokeMs: number,
): number | undefined {
  const first = new Map<number, number>();
  for (const { id, partition } of opened) {
    const at = decidedMs.get(id) ?? Number.POSITIVE_INFINITY;
    first.set(partition, Math.min(at, first.get(partition) ?? Number.POSITIVE_INFINITY));
  }
  const last = [...first.values()].reduce((a, b) => Math.max(a, b), brokeMs);
  return Number.isFinite(last) ? last : undefined;
}

function firstAfter(times: readonly number[], afterMs: number): number | undefined {
  const later = times.filter((time) => time > afterMs);
  return later.length === 0 ? undefined : least(later);
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}
