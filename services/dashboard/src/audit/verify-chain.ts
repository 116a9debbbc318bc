import type { Anchor } from './anchor.js';
import { type AuditRow, entryOf } from './audit-row.js';
import { detailText, entryHash, NO_HASH } from './entry.js';

/** What is wrong; the closed list. */
export type FindingKind =
  /** The line is not what its hash was made of. */
  | 'changed'
  /** The line does not follow the one before it. */
  | 'broken_link'
  /** Numbers are missing before the line. */
  | 'removed'
  /** The line is not the one that was anchored: it, or a line before it, was rewritten with all after it. */
  | 'rewritten'
  /** A line that was anchored is beyond the end. */
  | 'cut_tail'
  /** The anchor itself is malformed, or not signed with the key. */
  | 'bad_anchor';

export interface Finding {
  readonly kind: FindingKind;
  /** Number of the line, or of the anchor's line in its file. */
  readonly n: number;
  readonly message: string;
}

export interface Verification {
  readonly lines: number;
  readonly headHash: string;
  readonly anchors: number;
  /** Up to this line no change can be hidden; what came after is held together by its hashes alone. */
  readonly anchoredTo: number;
  /** The first {@link MAX_FINDINGS}. */
  readonly findings: readonly Finding[];
  readonly findingsInAll: number;
}

export const MAX_FINDINGS = 100;

/**
 * Holds the log's lines, in order of their numbers, against their hashes and against the anchors. Every change, removal
 * or insertion breaks a hash, a link or the numbers; a chain that was made anew from some line on holds together, and
 * differs from every anchor from there on; so does one whose tail was cut.
 */
export async function verifyChain(
  rows: AsyncIterable<AuditRow>,
  anchors: readonly Anchor[],
): Promise<Verification> {
  const findings: Finding[] = [];
  let findingsInAll = 0;
  const found = (kind: FindingKind, n: number, message: string): void => {
    findingsInAll += 1;
    if (findings.length < MAX_FINDINGS) findings.push({ kind, n, message });
  };
  const byLine = byNumber(anchors);
  let last = { n: 0, hash: NO_HASH };
  let lines = 0;
  for await (const row of rows) {
    lines += 1;
    if (row.n !== last.n + 1) found('removed', row.n, `line ${row.n} follows line ${last.n}`);
    if (row.previous_hash !== last.hash)
      found('broken_link', row.n, `line ${row.n} does not follow the line before it`);
    if (!isIntact(row)) found('changed', row.n, `line ${row.n} is not what its hash was made of`);
    if (byLine.get(row.n)?.some(({ hash }) => hash !== row.hash)) {
      found('rewritten', row.n, `line ${row.n} is not the line that was anchored`);
    }
    last = row;
  }
  const beyond = anchors.filter(({ n }) => n > last.n);
  for (const { n } of beyond)
    found('cut_tail', n, `line ${n} was anchored, and the log ends at line ${last.n}`);
  const anchoredTo = Math.max(0, ...anchors.filter(({ n }) => n <= last.n).map(({ n }) => n));
  return { lines, headHash: last.hash, anchors: anchors.length, anchoredTo, findings, findingsInAll };
}

function isIntact(row: AuditRow): boolean {
  try {
    const entry = entryOf(row);
    return entryHash(entry) === row.hash && detailText(entry.detail) === row.detail;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return false;
    throw error;
  }
}

function byNumber(anchors: readonly Anchor[]): Map<number, Anchor[]> {
  const grouped = new Map<number, Anchor[]>();
  for (const anchor of anchors) grouped.set(anchor.n, [...(grouped.get(anchor.n) ?? []), anchor]);
  return grouped;
}
