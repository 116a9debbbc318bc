import { BugError } from '@tercet/kit';
import type {
  DueItem,
  Overtaken,
  PutAnswer,
  StateFigures,
  StatePosition,
  StoredPart,
  TakeAnswer,
} from './join-store.js';
import type { KeptItems } from './kept-items.js';
import { PUT_OUTCOMES, type PutOutcome } from './outcomes.js';

export function isLost(reply: unknown): boolean {
  return Buffer.isBuffer(reply) && reply.toString('latin1') === 'LOST';
}

/** Where mark found that the state had gone on without a decision; undefined where it did not. */
export function parseDiverged(reply: unknown): bigint | undefined {
  const [word, inOffset] = texts(reply);
  return word === 'DIVERGED' ? BigInt(inOffset ?? '-1') : undefined;
}

/** Answer of claim; undefined where there is no state. */
export function parseClaim(reply: unknown): { position: StatePosition; seq: number } | undefined {
  const [dataSet, seq, inOffset, decisionsOffset, , readyOffset] = texts(reply);
  if (dataSet === undefined) return undefined;
  return {
    seq: Number(seq),
    position: {
      dataSet,
      inOffset: BigInt(inOffset ?? '-1'),
      decisionsOffset: BigInt(decisionsOffset ?? '0'),
      readyOffset: BigInt(readyOffset ?? '-1'),
    },
  };
}

export function parsePut(reply: unknown): PutAnswer {
  const [bytes, openLow, nextDue, letters = ''] = texts(reply);
  return { ...figures(bytes, openLow, nextDue), outcomes: Array.from(letters, outcome) };
}

export function parseFigures(reply: unknown): StateFigures {
  const [bytes, openLow, nextDue] = texts(reply);
  return figures(bytes, openLow, nextDue);
}

/** @param kept holds the items that are answered by their keys alone. */
export function parseTake(reply: unknown, kept: Pick<KeptItems, 'get'>): TakeAnswer {
  const [bytes, openLow, nextDue, more, open, oldest, items] = reply as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    (Buffer | [Buffer, Buffer, Buffer[]])[],
  ];
  return {
    ...figures(String(bytes), String(openLow), String(nextDue)),
    more: String(more) === '1',
    open: Number(String(open)),
    oldestOpenedAtMs: String(oldest) === '0' ? undefined : Number(String(oldest)),
    items: items.map((item) =>
      Buffer.isBuffer(item) ? keptItem(item.toString(), kept) : parseItem(...item),
    ),
  };
}

/** Decision as `d:` keeps it: a line, then the bytes. */
export function parseDecision(
  stored: Buffer,
): { version: bigint; revision: number; bytes: Uint8Array } | undefined {
  const end = stored.indexOf(10);
  if (end < 0) return undefined;
  const [version = '0', revision = '0'] = stored.toString('latin1', 0, end).split(' ');
  return { version: BigInt(version), revision: Number(revision), bytes: stored.subarray(end + 1) };
}

const STATUS = { o: 'open', d: 'decided', e: 'erasing' } as const;
const NONE = Buffer.alloc(0);

function keptItem(itemKey: string, kept: Pick<KeptItems, 'get'>): DueItem {
  const item = kept.get(itemKey);
  if (!item) throw new BugError('take answered an item by its key alone, and it is not kept here');
  return item;
}

function parseItem(key: Buffer, judged: Buffer, flat: readonly Buffer[]): DueItem {
  const fields = new Map<string, Buffer>();
  const parts: StoredPart[] = [];
  for (let n = 0; n + 1 < flat.length; n += 2) {
    const name = flat[n]?.toString() ?? '';
    const value = flat[n + 1] ?? NONE;
    const part = parsePart(name, value);
    if (part) parts.push(part);
    else fields.set(name, value);
  }
  const line = parseLine(fields.get('S')?.toString() ?? '');
  return {
    ...line,
    itemKey: key.toString(),
    openedAtMs: line.openedAtMs || line.lastTimeMs,
    opened: fields.get('M'),
    parts,
    review: fields.get('R'),
    redecide: fields.get('Q'),
    judged: parseDecision(judged)?.bytes,
  };
}

/** The item's line; 1-state.lua says what stands where. */
function parseLine(line: string) {
  const end = line.indexOf('\n');
  const word = line.slice(0, end).split(' ');
  const at = (index: number): string => word[index] ?? '';
  const has = at(13);
  return {
    version: BigInt(at(0)),
    revision: Number(at(1)),
    status: STATUS[at(4) as keyof typeof STATUS],
    deadlineMs: Number(at(5)),
    work: (at(6) === '-' ? '' : at(6)) as DueItem['work'],
    openedOffset: BigInt(at(7)),
    openedAtMs: Number(at(8)),
    lastOffset: BigInt(at(9)),
    lastTimeMs: Number(at(10)),
    overtaken: parseOvertaken(at(12)),
    complete: (line.length > end + 1 || at(4) === 'o') && !has.includes('0'),
  };
}

// Part fields are longer than one letter: V<part>\n<digest> and F<part>.
function parsePart(name: string, payload: Buffer): StoredPart | undefined {
  if (name.length < 2) return undefined;
  if (name.startsWith('F')) return { partId: name.slice(1), kind: 'failed', digest: '', payload };
  const end = name.indexOf('\n');
  return { partId: name.slice(1, end), kind: 'embedded', digest: name.slice(end + 1), payload };
}

function parseOvertaken(list: string): Overtaken[] {
  return list
    .split(';')
    .filter((entry) => entry !== '' && entry !== '-')
    .map((entry) => {
      const [kind, version = '0', revision = '0', offset = '0'] = entry.split(',');
      return {
        kind: kind === 'e' ? 'erased' : 'superseded',
        version: BigInt(version),
        revision: Number(revision),
        appliedOffset: BigInt(offset),
      };
    });
}

function outcome(letter: string): PutOutcome {
  const found = PUT_OUTCOMES[letter as keyof typeof PUT_OUTCOMES];
  if (!found) throw new BugError(`put answered the letter ${letter}`);
  return found;
}

function figures(
  bytes: string | undefined,
  openLow: string | undefined,
  nextDue: string | undefined,
): StateFigures {
  return {
    bytes: Number(bytes),
    openLow: BigInt(openLow ?? '0'),
    nextDueMs: nextDue === '-1' ? Number.POSITIVE_INFINITY : Number(nextDue),
  };
}

function texts(reply: unknown): (string | undefined)[] {
  return (reply as (Buffer | null)[]).map((value) => value?.toString('latin1'));
}
