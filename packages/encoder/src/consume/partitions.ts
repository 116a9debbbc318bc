import { setMaxListeners } from 'node:events';
import type { TopicPartition } from '@tercet/bus';
import type { Offsets } from './committer.js';
import type { Approach } from './starts.js';
import { Watermark } from './watermark.js';

/** One partition as long as it is ours. */
export interface OwnedPartition extends TopicPartition {
  readonly watermark: Watermark;
  /** Aborted when the partition is another's. */
  readonly signal: AbortSignal;
  /** Undefined until its first chunk is there. */
  approach: Approach | undefined;
}

interface Held extends OwnedPartition {
  readonly controller: AbortController;
}

/** The partitions that are ours, how far each may be committed, and under which generation. */
export class Partitions {
  readonly #held = new Map<string, Held>();
  #generation = -1;

  get generation(): number {
    return this.#generation;
  }

  get all(): TopicPartition[] {
    return [...this.#held.values()].map(({ topic, partition }) => ({ topic, partition }));
  }

  /** What was kept goes on where it is. */
  assigned(generation: number, partitions: readonly TopicPartition[]): void {
    this.#generation = generation;
    for (const each of partitions) this.own(each);
  }

  own({ topic, partition }: TopicPartition): OwnedPartition {
    const known = this.#held.get(nameOf({ topic, partition }));
    if (known) return known;
    const controller = new AbortController();
    const { signal } = controller;
    // Every part under way listens.
    setMaxListeners(0, signal);
    const held = { topic, partition, watermark: new Watermark(), controller, signal, approach: undefined };
    this.#held.set(nameOf(held), held);
    return held;
  }

  revoked(partitions: readonly TopicPartition[]): void {
    for (const each of partitions) {
      this.#held.get(nameOf(each))?.controller.abort();
      this.#held.delete(nameOf(each));
    }
  }

  /** What may be committed now. */
  due(): Offsets {
    return [...this.#held.values()].flatMap(({ topic, partition, watermark }) => {
      const offset = watermark.committable;
      return offset === undefined ? [] : [{ topic, partition, offset }];
    });
  }

  committed(offsets: Offsets): void {
    for (const each of offsets) this.#held.get(nameOf(each))?.watermark.committed(each.offset);
  }
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;
