/** An opening on `embeddings`; of several of one version, the first counts. */
export interface Opening {
  readonly kind: 'opening';
  readonly id: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly appendMs: number;
  readonly windowMs: number;
}

/** A part's answer on `embeddings`: a vector, nothing to embed, or a failure. */
export interface PartSeen {
  readonly kind: 'part';
  readonly id: string;
  readonly partId: string;
  readonly modality: string;
  readonly offset: bigint;
  readonly appendMs: number;
  /** `model digest:vector digest` of each embedding. */
  readonly vectors: readonly string[];
}

/** One committed record of `decisions`. */
export interface Decided {
  readonly itemKey: string;
  readonly version: bigint;
  readonly revision: number;
  readonly status: 'decided' | 'superseded' | 'erased';
  readonly isFirst: boolean;
  /** A human's word. */
  readonly isReview: boolean;
  readonly partition: number;
  readonly offset: bigint;
  /** The producer's clock when it was sent. */
  readonly sentMs: number;
  readonly used: readonly { readonly partId: string; readonly vectors: readonly string[] }[];
  /** Part ids that were reported missing with `timeout`. */
  readonly timedOut: readonly string[];
  /** Decided because every part had come. */
  readonly isComplete: boolean;
}

export interface Ledger {
  readonly opened: number;
  /** Opened versions with a first decision. */
  readonly decided: number;
  readonly lost: readonly string[];
  readonly duplicated: readonly string[];
  readonly wrongInputs: readonly string[];
  readonly earlyTimeouts: readonly string[];
  /** Decisions that do not follow the one before them in (version, revision), or of versions that nobody opened. */
  readonly disordered: readonly string[];
  /** Of each complete item, from its opening, and from its last part, to its decision. */
  readonly completions: readonly Completion[];
}

export interface Completion {
  readonly id: string;
  readonly partition: number;
  readonly openedMs: number;
  readonly lastPartMs: number;
  readonly decidedMs: number;
}

export const versionId = (itemKey: string, version: bigint): string => `${itemKey}@${version}`;

/** Holds every opened version against the decisions. Both logs in log order within each partition. Pure. */
export function holdAgainst(inputs: readonly (Opening | PartSeen)[], decisions: readonly Decided[]): Ledger {
  const openings = new Map<string, Opening>();
  for (const input of inputs)
    if (input.kind === 'opening' && !openings.has(input.id)) openings.set(input.id, input);
  const parts = new Map<string, PartSeen[]>();
  for (const input of inputs) {
    const opening = openings.get(input.id);
    // What came before its opening is no part of it.
    if (input.kind !== 'part' || opening === undefined || input.offset < opening.offset) continue;
    const key = `${input.id}/${input.partId}`;
    parts.set(key, [...(parts.get(key) ?? []), input]);
  }
  const firsts = new Map<string, number>();
  const revisions = new Map<string, number>();
  const latest = new Map<string, Decided>();
  const wrongInputs: string[] = [];
  const earlyTimeouts: string[] = [];
  const disordered: string[] = [];
  const completions: Completion[] = [];
  for (const decision of decisions) {
    const id = versionId(decision.itemKey, decision.version);
    const place = `${id}.${decision.revision} at ${decision.partition}:${decision.offset}`;
    count(revisions, `${id}.${decision.revision}`);
    if (decision.isFirst) count(firsts, id);
    const before = latest.get(decision.itemKey);
    if (!openings.has(id) || (before && !follows(decision, before))) disordered.push(place);
    latest.set(decision.itemKey, decision);

    const known = (partId: string): readonly PartSeen[] => parts.get(`${id}/${partId}`) ?? [];
    const isWrong = decision.used.some(({ partId, vectors }) => {
      const published = new Set(known(partId).flatMap((part) => part.vectors));
      return vectors.length === 0 || vectors.some((vector) => !published.has(vector));
    });
    if (isWrong) wrongInputs.push(place);

    const opening = openings.get(id);
    if (!opening || !decision.isFirst) continue;
    const deadlineMs = opening.appendMs + opening.windowMs;
    for (const partId of decision.timedOut)
      if (known(partId).some(({ appendMs }) => appendMs < deadlineMs))
        earlyTimeouts.push(`${place} ${partId}`);
    if (decision.isComplete) {
      const first = decision.used.map(({ partId }) => known(partId)[0]?.appendMs ?? 0);
      const lastPartMs = Math.max(opening.appendMs, ...first);
      completions.push({
        id,
        partition: decision.partition,
        openedMs: opening.appendMs,
        lastPartMs,
        decidedMs: decision.sentMs,
      });
    }
  }
  const repeated = [...revisions].filter(([, times]) => times > 1).map(([name]) => name);
  const severalFirst = [...firsts].filter(([, times]) => times > 1).map(([name]) => `${name} decided first`);
  return {
    opened: openings.size,
    decided: [...openings.keys()].filter((id) => firsts.has(id)).length,
    lost: [...openings.keys()].filter((id) => !firsts.has(id)),
    duplicated: [...repeated, ...severalFirst],
    wrongInputs,
    earlyTimeouts,
    disordered,
    completions,
  };
}

function follows(decision: Decided, before: Decided): boolean {
  return (
    decision.version > before.version ||
    // A repeated revision is counted as duplicated, not here.
    (decision.version === before.version && decision.revision >= before.revision)
  );
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
