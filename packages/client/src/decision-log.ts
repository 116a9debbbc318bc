import type { Bus, BusRecord } from '@tercet/bus';
import { Decision, DecisionCause, HEADER, JoinRecord, TOPIC } from '@tercet/contracts';

/** One committed record of `decisions`. */
export interface LoggedDecision {
  readonly key: string;
  /** undefined: a tombstone, which follows an erased item. */
  readonly decision: Decision | undefined;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestampMs: bigint;
  /** JSON of DecisionTimings; empty where the record has none. */
  readonly timings: string;
  /** W3C traceparent of the span that decided; empty where there is none. */
  readonly traceparent: string;
}

/** One item version that intake opened. */
export interface LoggedOpening {
  readonly key: string;
  readonly version: bigint;
  readonly appendTimeMs: bigint;
}

/** Reads all of `decisions` from the start to its present end, read_committed. */
export async function readDecisionLog(bus: Bus): Promise<LoggedDecision[]> {
  const log: LoggedDecision[] = [];
  await readTopic(bus, TOPIC.decisions, (record) => log.push(readLogged(record)));
  return log;
}

/** Reads every opening on `embeddings`, from the start to its present end. */
export async function readOpenings(bus: Bus): Promise<LoggedOpening[]> {
  const openings: LoggedOpening[] = [];
  await readTopic(bus, TOPIC.embeddings, (record) => {
    if (!record.value) return;
    const { itemKey, version, body } = JoinRecord.decode(record.value);
    if (body?.$case !== 'itemOpened') return;
    openings.push({ key: itemKey, version, appendTimeMs: record.timestampMs });
  });
  return openings;
}

/** What holds of a log of decisions, held against the versions that were opened. */
export interface Audit {
  /** Opened versions without a first decision, as `key@version`. */
  readonly lost: readonly string[];
  /** Versions with more than one first decision, or with one revision twice, as `key@version`. */
  readonly duplicates: readonly string[];
  /** Number of first decisions by `key@version`. */
  readonly firstDecisions: ReadonlyMap<string, number>;
}

// A version's first decision has one of these causes; every other cause makes a further revision.
const FIRST_CAUSES: ReadonlySet<DecisionCause> = new Set([
  DecisionCause.COMPLETE,
  DecisionCause.DEADLINE,
  DecisionCause.OVERLOAD,
  DecisionCause.SUPERSEDED,
]);

/** Counts first decisions: every opened version must have exactly one. Pure. */
export function auditDecisions(
  openings: readonly Pick<LoggedOpening, 'key' | 'version'>[],
  log: readonly Pick<LoggedDecision, 'key' | 'decision'>[],
): Audit {
  const firstDecisions = new Map<string, number>();
  const revisions = new Map<string, number>();
  const erased = new Set<string>();
  for (const { key, decision } of log) {
    if (!decision) continue;
    const name = `${key}@${decision.version}`;
    count(revisions, `${name} ${decision.revision}`);
    if (FIRST_CAUSES.has(decision.cause)) count(firstDecisions, name);
    else if (decision.cause === DecisionCause.ERASED) erased.add(name);
  }
  // An erasure settles a version that was still open, and is a further revision of a decided one.
  for (const name of erased) if (!firstDecisions.has(name)) firstDecisions.set(name, 1);
  const opened = new Set(openings.map(({ key, version }) => `${key}@${version}`));
  const repeated = [...revisions].filter(([, times]) => times > 1).map(([name]) => name.split(' ')[0] ?? '');
  const twice = [...firstDecisions].filter(([, times]) => times > 1).map(([name]) => name);
  return {
    lost: [...opened].filter((name) => !firstDecisions.has(name)),
    duplicates: [...new Set([...repeated, ...twice])],
    firstDecisions,
  };
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function readLogged(record: BusRecord): LoggedDecision {
  const header = (name: string) => new TextDecoder().decode(record.headers[name] ?? new Uint8Array());
  return {
    key: record.key === undefined ? '' : new TextDecoder().decode(record.key),
    decision: record.value === undefined ? undefined : Decision.decode(record.value),
    partition: record.partition,
    offset: record.offset,
    timestampMs: record.timestampMs,
    timings: header(HEADER.timings),
    traceparent: header('traceparent'),
  };
}

async function readTopic(bus: Bus, topic: string, onRecord: (record: BusRecord) => void): Promise<void> {
  await using admin = await bus.admin();
  await using reader = await bus.reader(`read-${topic}`);
  const partitions = Array.from({ length: await admin.partitionCount(topic) }, (_, partition) => partition);
  await Promise.all(
    partitions.map(async (partition) => {
      const place = { topic, partition };
      const { low, end } = await reader.bounds(place);
      if (end <= low) return;
      await reader.readToEnd(place, low, (records) => {
        for (const record of records) onRecord(record);
      });
    }),
  );
}
