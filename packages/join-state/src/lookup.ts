import { AsyncResource } from 'node:async_hooks';
import { partitionOf } from '@tercet/contracts';
import { UnavailableError } from '@tercet/kit';
import type { Redis } from 'ioredis';
import { metaKey } from './join-keys.js';
import { callLookups } from './join-library.js';
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
  /** One call per partition, in one flight; answers in the order of the keys. */
  lookupMany(itemKeys: readonly string[]): Promise<LookupAnswer[]>;
}

export interface LookupOptions {
  /** The deployment's topic prefix. */
  readonly prefix: string;
  /** Partitions of `embeddings`. */
  readonly partitions: number;
}

/** Read-only view of the join's state. */
export function createLookup(redis: Redis, options: LookupOptions): Lookup {
  async function lookupMany(itemKeys: readonly string[]): Promise<LookupAnswer[]> {
    const byPartition = new Map<number, number[]>();
    for (const [index, itemKey] of itemKeys.entries()) {
      const partition = partitionOf(itemKey, options.partitions);
      const indexes = byPartition.get(partition);
      if (indexes) indexes.push(index);
      else byPartition.set(partition, [index]);
    }
    const groups = [...byPartition];
    const replies = await callLookups(
      redis,
      groups.map(([partition, indexes]) => ({
        metaKey: metaKey(options.prefix, partition),
        itemKeys: indexes.map((index) => itemKeys[index] ?? ''),
      })),
    );
    const answers = new Array<LookupAnswer>(itemKeys.length);
    for (const [n, [, indexes]] of groups.entries()) {
      const parsed = parseLookup(replies[n], indexes.length);
      for (const [place, index] of indexes.entries()) {
        const answer = parsed[place];
        if (answer) answers[index] = answer;
      }
    }
    return answers;
  }

  let waiting: Waiting[] = [];
  async function flush(): Promise<void> {
    const all = waiting;
    waiting = [];
    try {
      const answers = await lookupMany(all.map(({ itemKey }) => itemKey));
      for (const [n, { resolve, reject }] of all.entries()) {
        const answer = answers[n];
        if (answer) resolve(answer);
        else reject(new UnavailableError('redis_unavailable', 'no answer'));
      }
    } catch (error) {
      for (const { reject } of all) reject(error as Error);
    }
  }

  // A flight belongs to no single caller, and must not run in the trace of the first.
  const send = AsyncResource.bind(() => void flush());
  return {
    lookupMany,
    lookup: (itemKey) =>
      new Promise((resolve, reject) => {
        if (waiting.length === 0) setImmediate(send);
        waiting.push({ itemKey, resolve, reject });
      }),
  };
}

interface Waiting {
  readonly itemKey: string;
  readonly resolve: (answer: LookupAnswer) => void;
  readonly reject: (error: Error) => void;
}

const REBUILDING: LookupAnswer = { state: 'rebuilding', version: 0n, revision: 0, asOfOffset: -1n };

function parseLookup(reply: unknown, count: number): LookupAnswer[] {
  const [inOffset, readyOffset, ...items] = reply as [Buffer?, Buffer?, ...[Buffer, Buffer, Buffer][]];
  if (!inOffset || !readyOffset) return new Array<LookupAnswer>(count).fill(REBUILDING);
  const asOfOffset = BigInt(inOffset.toString());
  const ready = asOfOffset >= BigInt(readyOffset.toString());
  return items.map(([state, version, stored]) => {
    const decision = parseDecision(stored);
    const name = state.toString() as 'decided' | 'pending' | 'unknown';
    return {
      state: name === 'unknown' && !ready ? 'rebuilding' : name,
      version: BigInt(version.toString()),
      revision: decision?.revision ?? 0,
      ...(decision ? { decision: decision.bytes } : {}),
      asOfOffset,
    };
  });
}
