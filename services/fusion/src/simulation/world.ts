import { Random } from './random.js';

/** A process: what waits for a dead one is dropped, what waits for a held one waits on. */
export interface Actor {
  readonly name: string;
  alive: boolean;
  /** As by SIGSTOP. */
  held: boolean;
}

interface Happening {
  readonly what: string;
  readonly actor: Actor | undefined;
  readonly run: () => void;
  cancelled: boolean;
}

interface Timer {
  readonly atMs: number;
  readonly happening: Happening;
}

/** Where virtual time begins, milliseconds since the epoch. */
const START_MS = 1_700_000_000_000;

/**
 * Owns time and whatever could happen next, and lets chance decide which does. Between two steps every promise that
 * could settle has settled, so that a seed determines all.
 */
export class World {
  /** The broker's clock. */
  nowMs = START_MS;
  readonly random: Random;
  steps = 0;
  /** Differs wherever anything else happened, or at another time. */
  hash = 0x811c9dc5;
  /** Probability of a step that lets time pass to the next timer though something else could happen. */
  rush = 0.02;
  trace: string[] | undefined;
  /** The first breach of the promise that was seen. */
  violation: string | undefined;
  #ready: Happening[] = [];
  #held: Happening[] = [];
  #timers: Timer[] = [];

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  get sinceStartMs(): number {
    return this.nowMs - START_MS;
  }

  note(text: string): void {
    this.trace?.push(`${this.sinceStartMs.toFixed(1).padStart(8)} ${text}`);
  }

  violate(text: string): void {
    this.violation ??= text;
    this.note(`VIOLATION ${text}`);
  }

  /** Something that may happen from now on. */
  later(what: string, actor: Actor | undefined, run: () => void): void {
    this.#ready.push({ what, actor, run, cancelled: false });
  }

  /** Something that may happen after a time; the answer cancels it. */
  after(delayMs: number, what: string, actor: Actor | undefined, run: () => void): () => void {
    const happening = { what, actor, run, cancelled: false };
    const atMs = this.nowMs + Math.max(0, delayMs);
    // Latest first, so that the next is taken from the end.
    let at = this.#timers.length;
    while (at > 0 && (this.#timers[at - 1] as Timer).atMs <= atMs) at -= 1;
    this.#timers.splice(at, 0, { atMs, happening });
    return () => {
      happening.cancelled = true;
    };
  }

  release(actor: Actor): void {
    actor.held = false;
    this.#held = this.#held.filter((happening) => {
      if (happening.actor !== actor) return true;
      this.#ready.push(happening);
      return false;
    });
  }

  /** One thing happens. False: nothing is left that ever could. */
  async step(): Promise<boolean> {
    this.#passTime();
    const ready = this.#ready;
    if (ready.length === 0) {
      // What begins may need a few turns before it asks for anything.
      await settled();
      return ready.length > 0 || this.#timers.length > 0;
    }
    const at = Math.floor(this.random.next() * ready.length);
    const happening = ready[at] as Happening;
    const last = ready.pop() as Happening;
    if (at < ready.length) ready[at] = last;
    const { actor, what, cancelled } = happening;
    if (cancelled || (actor && !actor.alive)) return true;
    if (actor?.held) {
      this.#held.push(happening);
      return true;
    }
    this.steps += 1;
    this.#mix(what);
    if (this.trace) this.note(actor ? `${actor.name}: ${what}` : what);
    happening.run();
    await settled();
    return true;
  }

  #passTime(): void {
    const timers = this.#timers;
    const next = timers.at(-1);
    if (next && (this.#ready.length === 0 || this.random.chance(this.rush)))
      this.nowMs = Math.max(this.nowMs, next.atMs);
    else this.nowMs += this.random.next() * 0.5;
    for (let timer = timers.at(-1); timer && timer.atMs <= this.nowMs; timer = timers.at(-1)) {
      timers.pop();
      if (!timer.happening.cancelled) this.#ready.push(timer.happening);
    }
  }

  #mix(what: string): void {
    // Time is drawn anew at every step, so that it tells apart almost all that the length does not.
    const hash = Math.imul(this.hash ^ what.length, 0x01000193);
    this.hash = Math.imul(hash ^ Math.floor(this.sinceStartMs * 1_000), 0x01000193) >>> 0;
  }
}

// A tick that is asked for within a microtask comes when no microtask is left.
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
