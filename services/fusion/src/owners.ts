import type { Assignment, BusConsumer, Chunk, TopicPartition } from '@tercet/bus';
import { type OwnerDeps, PartitionOwner } from './partition-owner.js';

/** The owners of a process, one per assigned partition. Each assignment makes new ones: every one recovers. */
export class Owners {
  readonly #owners = new Map<number, PartitionOwner>();
  /** By partition, until they have ended. */
  readonly #ending = new Map<number, Promise<void>>();
  #deps: OwnerDeps | undefined;
  #waiting: Assignment | undefined;
  #draining = false;

  constructor(private readonly depsFor: (consumer: BusConsumer) => OwnerDeps) {}

  /** The consumer exists only after its group was joined, which may already have brought an assignment. */
  attach(consumer: BusConsumer): void {
    this.#deps = this.depsFor(consumer);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) this.assign(waiting);
  }

  assign(assignment: Assignment): void {
    if (this.#draining) return;
    if (!this.#deps) {
      this.#waiting = assignment;
      return;
    }
    this.revoke([...this.#owners.values()]);
    this.#deps.consumer.pause(assignment.partitions);
    for (const { partition } of assignment.partitions) {
      const before = this.#ending.get(partition);
      this.#owners.set(partition, new PartitionOwner(partition, assignment.generation, this.#deps, before));
    }
  }

  revoke(partitions: readonly Pick<TopicPartition, 'partition'>[]): void {
    for (const { partition } of partitions) this.#end(partition);
  }

  async onChunk(chunk: Chunk): Promise<void> {
    const owner = this.#owners.get(chunk.partition);
    if (owner?.generation === chunk.generation) await owner.onChunk(chunk);
  }

  onIdle({ partition }: TopicPartition, startedAtMs: number): void {
    this.#owners.get(partition)?.onIdle(startedAtMs);
  }

  /** Partitions whose owner has recovered and works. */
  get working(): number {
    return [...this.#owners.values()].filter((owner) => owner.working).length;
  }

  /** Ends every owner and waits until what they hold is committed. */
  async drain(): Promise<void> {
    this.#draining = true;
    this.#deps?.consumer.pause([...this.#owners.values()].map((owner) => owner.at));
    for (const partition of [...this.#owners.keys()]) this.#end(partition);
    await Promise.all(this.#ending.values());
  }

  #end(partition: number): void {
    const owner = this.#owners.get(partition);
    if (!owner) return;
    this.#owners.delete(partition);
    owner.stop();
    const before = this.#ending.get(partition);
    const ended = Promise.all([before, owner.done]).then(() => {
      if (this.#ending.get(partition) === ended) this.#ending.delete(partition);
    });
    this.#ending.set(partition, ended);
  }
}
