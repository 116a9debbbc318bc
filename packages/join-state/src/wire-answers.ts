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
import { PUT_OUTCOMES, type PutOutcome } from './outcomes.js';

export function isLost(reply: unknown): boolean {
  return Buffer.isBuffer(reply) && reply.toString('latin1') === 'LOST';
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
  const [letters = '', bytes, openLow] = texts(reply);
  return { ...figures(bytes, openLow), outcomes: Array.from(letters, outcome) };
}

export function parseFigures(reply: unknown): StateFigures {
  const [bytes, openLow] = texts(reply);
  return figures(bytes, openLow);
}

export function parseTake(reply: unknown): TakeAnswer {
  const [bytes, openLow, more, open, oldest, items] = reply as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    [Buffer, Buffer, Buffer[]][],
  ];
  return {
    ...figures(String(bytes), String(openLow)),
    more: String(more) === '1',
    open: Number(String(open)),
    oldestOpenedAtMs: oldest.length === 0 ? undefined : Number(String(oldest)),
    items: items.map(([key, judged, fields]) => parseItem(key.toString(), judged, fields)),
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

function parseItem(itemKey: string, judged: Buffer, flat: readonly Buffer[]): DueItem {
  const fields = new Map<string, Buffer>();
  const parts: StoredPart[] = [];
  for (let n = 0; n + 1 < flat.length; n += 2) {
    const name = flat[n]?.toString() ?? '';
    const value = flat[n + 1] ?? NONE;
    const part = parsePart(name, value);
    if (part) parts.push(part);
    else fields.set(name, value);
  }
  const text = (name: string): string => fields.get(name)?.toString() ?? '';
  return {
    itemKey,
    version: BigInt(text('v')),
    revision: Number(text('r')),
    status: STATUS[text('s') as keyof typeof STATUS],
    work: text('w') as DueItem['work'],
    overtaken: parseOvertaken(text('x')),
    complete: fields.has('n') && text('m') === text('n'),
    deadlineMs: Number(text('D')),
    openedAtMs: Number(text('T') || text('L')),
    lastOffset: BigInt(text('l')),
    lastTimeMs: Number(text('L')),
    opened: fields.get('M'),
    parts,
    review: fields.get('R'),
    redecide: fields.get('Q'),
    judged: parseDecision(judged)?.bytes,
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
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [kind, version = '0', revision = '0', offset = '0'] = entry.split(' ');
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

function figures(bytes: string | undefined, openLow: string | undefined): StateFigures {
  return { bytes: Number(bytes), openLow: BigInt(openLow ?? '0') };
}

function texts(reply: unknown): (string | undefined)[] {
  return (reply as (Buffer | null)[]).map((value) => value?.toString('latin1'));
}
