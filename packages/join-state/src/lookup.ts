import { AsyncResource } from 'node:async_hooks';
import { partitionOf } from '@tercet/contracts';
import type { Redis } from 'ioredis';
import { metaKey } from './join-keys.js';
import { callLookup } from './join-library.js';
import { parseDecision } from './wire-answers.js';

export interface LookupAnswer {
  /**
   * `decided`: the latest version is; `pending`: it waits for parts; `unknown`: nothing was opened under the key as of
   * `asOfOffset`; `rebuilding`: not to be told yet, ask again.
   */
  readonly state: 'decided' | 'pending' | 'unknown' | 'rebuilding';
  /** Latest version that the join knows; 0n where there is none. */
  readonly version: bigint;
  /** Revision of `decision`; 0 where there is none. */
  readonly revision: number;
  /** An encoded Decision, the latest: of `version` where decided, of an older one, if any, where pending. */
  readonly decision?: Uint8Array;
  /** Highest offset of `embeddings` that the answer reflects, in the item's partition; -1n: none. */
  readonly asOfOffset: bigint;
}

export interface Lookup {
  /** Those that are asked for within one turn of the event loop go out together. @throws UnavailableError `redis_unavailable`. */
  lookup(itemKey: string): Promise<LookupAnswer>;
}

export interface LookupOptions {
  /** The deployment's topic prefix. */
  readonly prefix: string;
  /** Partitions of `embeddings`. */
  readonly partitions: number;
}

/** Read-only view of the join's state. */
export function createLookup(redis: Redis, options: LookupOptions): Lookup {
  const metaKeys = Array.from({ length: options.partitions }, (_, n) => metaKey(options.prefix, n));

  async function fly(calls: readonly Call[]): Promise<void> {
    const groups = byPartition(calls, metaKeys);
    try {
      answerAll(groups, await callLookup(redis, groups));
    } catch (error) {
      for (const { reject } of calls) reject(error as Error);
    }
  }

  let waiting: Call[] = [];
  // A flight belongs to no single caller, and must not run in the trace of the first.
  const send = AsyncResource.bind(() => {
    const calls = waiting;
    waiting = [];
    void fly(calls);
  });
  return {
    lookup: (itemKey) =>
      new Promise((resolve, reject) => {
        if (waiting.length === 0) setImmediate(send);
        waiting.push({ itemKey, resolve, reject });
      }),
  };
}

interface Call {
  readonly itemKey: string;
  readonly resolve: (answer: LookupAnswer) => void;
  readonly reject: (error: Error) => void;
}

interface Group {
  readonly metaKey: string;
  readonly calls: Call[];
}

function byPartition(calls: readonly Call[], metaKeys: readonly string[]): Group[] {
  const groups = new Map<number, Group>();
  for (const call of calls) {
    const partition = partitionOf(call.itemKey, metaKeys.length);
    const group = groups.get(partition);
    if (group) group.calls.push(call);
    else groups.set(partition, { metaKey: metaKeys[partition] as string, calls: [call] });
  }
  return [...groups.values()];
}

const REBUILDING: LookupAnswer = { state: 'rebuilding', version: 0n, revision: 0, asOfOffset: -1n };

/** `reply` holds a line per group, and where that says anything two strings per call. */
function answerAll(groups: readonly Group[], reply: readonly Buffer[]): void {
  let at = 0;
  const next = (): Buffer => reply[at++] as Buffer;
  for (const { calls } of groups) {
    const [inOffset = '', readyOffset = ''] = next().toString('latin1').split(' ');
    if (inOffset === '') {
      for (const { resolve } of calls) resolve(REBUILDING);
      continue;
    }
    const asOfOffset = BigInt(inOffset);
    const ready = asOfOffset >= BigInt(readyOffset);
    for (const { resolve } of calls)
      resolve(parseAnswer(next().toString('latin1'), next(), asOfOffset, ready));
  }
}

const STATES = { d: 'decided', p: 'pending', u: 'unknown' } as const;

function parseAnswer(told: string, stored: Buffer, asOfOffset: bigint, ready: boolean): LookupAnswer {
  const state = STATES[told[0] as keyof typeof STATES];
  const decision = parseDecision(stored);
  return {
    state: state === 'unknown' && !ready ? 'rebuilding' : state,
    version: BigInt(told.slice(1)),
    revision: decision?.revision ?? 0,
    ...(decision ? { decision: decision.bytes } : {}),
    asOfOffset,
  };
}
