import { Decision, TOPIC } from '@tercet/contracts';
import type { BrokerLog } from './broker-log.js';
import { type Fact, type FactBody, factBytes } from './facts.js';
import type { Random } from './random.js';
import { KNOWN_MODEL, OTHER_MODEL } from './simulated-heads.js';
import type { World } from './world.js';

export interface LoadSettings {
  readonly partitions: number;
  readonly items: number;
  /** Items begin within this time. */
  readonly spreadMs: number;
  /** Windows lie between a tenth of it and the whole. */
  readonly maxWindowMs: number;
  /** Share of items to which something happens beyond their parts: versions, erasures, reviews, redecisions. */
  readonly eventful: number;
}

const PART_IDS = ['a', 'b', 'c'];
const TOGETHER_MS = 4;

/** What upstream sends: everything that the join's rules name, in any order that Kafka can bring it. */
export class Load {
  /** Records of `embeddings` by partition, in log order. */
  readonly facts: Fact[][];
  #waiting = 0;

  constructor(
    private readonly world: World,
    private readonly log: BrokerLog,
    private readonly settings: LoadSettings,
  ) {
    this.facts = Array.from({ length: settings.partitions }, () => []);
    for (let n = 0; n < settings.items; n += 1) this.#item(`t/${n}`);
  }

  get done(): boolean {
    return this.#waiting === 0;
  }

  get #random(): Random {
    return this.world.random;
  }

  #item(key: string): void {
    const partition = this.#random.int(0, this.settings.partitions - 1);
    const send = (atMs: number, version: number, body: FactBody): void =>
      this.#at(atMs, () => this.#append(partition, key, BigInt(version), body));
    const startMs = this.#random.next() * this.settings.spreadMs;
    const windowMs = this.#version(send, startMs, 10);
    if (this.#random.chance(this.settings.eventful)) this.#events(partition, key, send, startMs, windowMs);
  }

  /** An opening and what comes of its parts. Answers the window. */
  #version(send: Send, startMs: number, version: number): number {
    const random = this.#random;
    const parts = PART_IDS.slice(0, random.pick([0, 1, 1, 2, 2, 3]));
    // Few different ones, so that encoded records serve again.
    const windowMs = Math.ceil((this.settings.maxWindowMs * random.int(1, 10)) / 10);
    send(startMs, version, { kind: 'opened', parts, windowMs });
    if (random.chance(0.1))
      send(startMs + random.next() * windowMs, version, { kind: 'opened', parts, windowMs });
    // As one reads them who is behind: an item's parts right after its opening.
    const withinMs = random.chance(0.3) ? Math.min(windowMs, TOGETHER_MS) : windowMs;
    for (const partId of parts) this.#part(send, startMs + 1, version, partId, withinMs);
    if (random.chance(0.05)) this.#part(send, startMs + 1, version, 'unexpected', withinMs);
    return windowMs;
  }

  #part(send: Send, fromMs: number, version: number, partId: string, withinMs: number): void {
    const random = this.#random;
    const some = (): number => fromMs + random.next() * withinMs * (random.chance(0.2) ? 1.6 : 0.9);
    const vector = (variant: number, model = KNOWN_MODEL): FactBody => ({
      kind: 'embedded',
      partId,
      model,
      variant,
    });
    if (random.chance(0.12)) return;
    if (random.chance(0.15)) send(some(), version, { kind: 'failed', partId });
    if (random.chance(0.08)) return;
    send(some(), version, vector(0));
    // Delivered again; or made again, with other bits.
    if (random.chance(0.15)) send(some(), version, vector(0));
    if (random.chance(0.15)) send(some(), version, vector(1));
    if (random.chance(0.1)) send(some(), version, vector(0, OTHER_MODEL));
  }

  #events(partition: number, key: string, send: Send, startMs: number, windowMs: number): void {
    const random = this.#random;
    const some = (): number => startMs + random.next() * windowMs * 2;
    if (random.chance(0.4)) {
      const version = random.pick([11, 12]);
      this.#version(send, some(), version);
      if (random.chance(0.3)) this.#version(send, some(), 11);
    }
    if (random.chance(0.25)) send(some(), random.pick([9, 10, 10, 11, 13]), { kind: 'erased' });
    if (random.chance(0.3)) send(some(), random.pick([10, 10, 10, 12]), { kind: 'redecide' });
    for (let n = random.pick([0, 1, 1, 2]); n > 0; n -= 1)
      this.#at(startMs + windowMs * (0.5 + random.next() * 2.5), () => this.#review(partition, key));
  }

  /** A reviewer judges the latest decision that readers see, or one that is not the latest. */
  #review(partition: number, key: string): void {
    const place = { topic: TOPIC.decisions, partition };
    const { records } = this.log.read(place, 0n, this.log.end(place));
    const seen = records.filter(
      (record) => record.value !== undefined && Buffer.from(record.key as Uint8Array).toString() === key,
    );
    const judged = this.#random.chance(0.8) ? seen.at(-1) : seen[0];
    if (!judged) return;
    const { version, revision } = Decision.decode(judged.value as Uint8Array);
    this.#append(partition, key, version, { kind: 'reviewed', revision });
  }

  #at(atMs: number, run: () => void): void {
    this.#waiting += 1;
    this.world.after(atMs, 'upstream', undefined, () => {
      this.#waiting -= 1;
      run();
    });
  }

  #append(partition: number, key: string, version: bigint, body: FactBody): void {
    const { world, log } = this;
    const facts = this.facts[partition] as Fact[];
    // Upstream waits for the opening's acknowledgement before it sends parts.
    const offset = log.append(
      { topic: TOPIC.embeddings, partition },
      { key: Buffer.from(key), value: factBytes(key, version, body), headers: {} },
    );
    facts.push({ ...body, key, version, offset, timeMs: Math.floor(world.nowMs) });
    if (world.trace) world.note(`embeddings/${partition} ${offset}: ${key} ${version} ${describe(body)}`);
  }
}

type Send = (atMs: number, version: number, body: FactBody) => void;

function describe(body: FactBody): string {
  switch (body.kind) {
    case 'opened':
      return `opened [${body.parts.join()}] for ${body.windowMs} ms`;
    case 'embedded':
      return `embedded ${body.partId} model ${body.model.slice(0, 1)} variant ${body.variant}`;
    case 'failed':
      return `failed ${body.partId}`;
    case 'reviewed':
      return `reviewed revision ${body.revision}`;
    default:
      return body.kind;
  }
}
