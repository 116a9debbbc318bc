import { randomBytes, randomInt } from 'node:crypto';
import { BugError, UnavailableError } from '@tercet/kit';
import type { Redis } from 'ioredis';
import { type AheadAnswer, aheadItems, hasAheadItems, type OpenItem, splitRecords } from './ahead-items.js';
import { DivergedError } from './diverged-error.js';
import { buildKey, metaKey, tagOf } from './join-keys.js';
import { callJoin, type JoinFunction } from './join-library.js';
import type {
  JoinHold,
  JoinSettings,
  JoinStore,
  MarkRecord,
  PutAnswer,
  PutRecord,
  StateFigures,
  StatePosition,
  SweepAnswer,
  TakeAnswer,
} from './join-store.js';
import { KeptItems } from './kept-items.js';
import { LostError } from './lost-error.js';
import { isLost, parseClaim, parseDiverged, parseFigures, parsePut, parseTake } from './wire-answers.js';
import { markArguments, putArguments } from './wire-arguments.js';

/**
 * The join's state in Redis. `redis` must not resend commands after a reconnect (`autoResendUnfulfilledCommands:
 * false`): a resent one would be answered LOST, which is safe, and its first answer is unknown, which is not.
 */
export class RedisJoinStore implements JoinStore {
  constructor(
    private readonly redis: Redis,
    private readonly prefix: string,
    private readonly settings: JoinSettings,
  ) {}

  async claim(partition: number, readyOffset: bigint): Promise<JoinHold | undefined> {
    const token = newToken();
    const key = metaKey(this.prefix, partition);
    const claimed = parseClaim(await callJoin(this.redis, 'claim', [key], [token, String(readyOffset)]));
    if (!claimed) return undefined;
    return new RedisJoinHold(this.redis, this.settings, { key, token, seq: claimed.seq }, claimed.position);
  }

  async rebuild(partition: number, inOffset: bigint, replaces: string | undefined): Promise<JoinHold> {
    const token = newToken();
    // Part of every key, so short; only to differ from the sets that are being swept.
    const dataSet = randomInt(36 ** 7).toString(36);
    const key = buildKey(this.prefix, partition, dataSet);
    await callJoin(this.redis, 'build', [key], [token, dataSet, String(inOffset)]);
    const position = { dataSet, inOffset, decisionsOffset: 0n, readyOffset: -1n };
    const target = { key: metaKey(this.prefix, partition), replaces: replaces ?? '' };
    return new RedisJoinHold(this.redis, this.settings, { key, token, seq: 0 }, position, target);
  }
}

const SCANNED = 500;

async function scan(redis: Redis, cursor: string, match: string): Promise<[string, string[]]> {
  try {
    return await redis.scan(cursor, 'MATCH', match, 'COUNT', SCANNED);
  } catch (error) {
    throw new UnavailableError('redis_unavailable', 'sweep', { cause: error });
  }
}

const newToken = (): string => randomBytes(12).toString('base64url');

interface Lease {
  key: string;
  readonly token: string;
  seq: number;
}

class RedisJoinHold implements JoinHold {
  readonly #kept: KeptItems;

  constructor(
    private readonly redis: Redis,
    private readonly settings: JoinSettings,
    private readonly lease: Lease,
    readonly position: StatePosition,
    private readonly target?: { readonly key: string; readonly replaces: string },
  ) {
    this.#kept = new KeptItems(settings.maxKeptBytes, position.inOffset + 1n);
  }

  async put(records: readonly PutRecord[], inOffset: bigint): Promise<PutAnswer> {
    const args = [String(inOffset), this.#lateMs, ...putArguments(records)];
    const answer = parsePut(await this.#call('put', args));
    this.#kept.put(records, answer.outcomes);
    return answer;
  }

  get decidesAhead(): boolean {
    return this.settings.lateWindowMs === 0;
  }

  mayBeAhead(records: readonly PutRecord[]): boolean {
    return this.decidesAhead && hasAheadItems(records, this.#keptItem);
  }

  async ahead(records: readonly PutRecord[]): Promise<AheadAnswer> {
    const found = this.decidesAhead ? aheadItems(records, this.#keptItem) : [];
    if (found.length === 0) return splitRecords(records, []);
    const news = found.filter(({ isNew }) => isNew).map(({ item }) => item.itemKey);
    const kept = found.filter(({ isNew }) => !isNew).map(({ item }) => item.itemKey);
    const keys = [...news, ...kept];
    const digits = String(await this.#call('ahead', [String(news.length), ...keys]));
    const allowed = new Set(keys.filter((_, n) => digits[n] === '1'));
    const items = found.map(({ item }) => item).filter(({ itemKey }) => allowed.has(itemKey));
    return splitRecords(records, items);
  }

  readonly #keptItem = (itemKey: string): OpenItem | undefined => this.#kept.openItem(itemKey);

  async take(untilMs: number): Promise<TakeAnswer> {
    const { maxTakeItems, maxTakeBytes, dedupeWindowMs } = this.settings;
    const limits = [maxTakeItems, maxTakeBytes, dedupeWindowMs, this.#kept.low].map(String);
    return parseTake(await this.#call('take', [String(Math.floor(untilMs)), ...limits]), this.#kept);
  }

  async mark(decisions: readonly MarkRecord[], decisionsOffset?: bigint): Promise<StateFigures> {
    const upTo = decisionsOffset === undefined ? '' : String(decisionsOffset);
    const reply = await this.#call('mark', [upTo, this.#lateMs, ...markArguments(decisions)]);
    const diverged = parseDiverged(reply);
    if (diverged !== undefined) throw new DivergedError(diverged);
    this.#kept.mark(decisions);
    return parseFigures(reply);
  }

  async adopt(readyOffset: bigint): Promise<void> {
    if (!this.target) throw new BugError('only a rebuilt data set can be adopted');
    await this.#call('adopt', [this.target.replaces, String(readyOffset)], [this.target.key]);
    this.lease.key = this.target.key;
  }

  async sweep(place = '0'): Promise<SweepAnswer> {
    const { token } = this.lease;
    const { dataSet } = this.position;
    const key = this.target?.key ?? this.lease.key;
    const tag = tagOf(key);
    const [next, found] = await scan(this.redis, place, `${tag}:*`);
    const others = found.filter((one) => one !== key && !one.startsWith(`${tag}:${dataSet}:`));
    let removed = 0;
    if (others.length > 0) {
      // What was found may be another owner's by now: the Function asks who owns the partition while it removes.
      const reply = await callJoin(this.redis, 'sweep', [key], [token, dataSet, ...others]);
      if (isLost(reply)) throw new LostError('sweep');
      removed = Number(reply);
    }
    return { removed, next: next === '0' ? undefined : next };
  }

  get #lateMs(): string {
    return String(this.settings.lateWindowMs);
  }

  async #call(
    name: Exclude<JoinFunction, 'lookup'>,
    args: readonly (string | Buffer)[],
    moreKeys: readonly string[] = [],
  ): Promise<unknown> {
    const { key, token, seq } = this.lease;
    const reply = await callJoin(this.redis, name, [key, ...moreKeys], [token, String(seq), ...args]);
    if (isLost(reply)) throw new LostError(`${name} at sequence ${seq}`);
    this.lease.seq = seq + 1;
    return reply;
  }
}
