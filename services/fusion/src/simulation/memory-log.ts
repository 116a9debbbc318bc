import type { BusRecord } from '@tercet/bus';

/** Partitions of topics in memory. A transaction's end takes an offset, as Kafka's markers do. */
export class MemoryLog {
  readonly #partitions = new Map<string, (BusRecord | undefined)[]>();
  readonly #listeners = new Set<() => void>();

  #of(topic: string, partition: number): (BusRecord | undefined)[] {
    const name = `${topic}/${partition}`;
    const known = this.#partitions.get(name);
    if (known) return known;
    const records: (BusRecord | undefined)[] = [];
    this.#partitions.set(name, records);
    return records;
  }

  append(
    topic: string,
    partition: number,
    record: Pick<BusRecord, 'key' | 'value' | 'headers' | 'timestampMs'>,
  ): bigint {
    const records = this.#of(topic, partition);
    const offset = BigInt(records.length);
    records.push({ ...record, topic, partition, offset });
    for (const listener of this.#listeners) listener();
    return offset;
  }

  appendMarker(topic: string, partition: number): void {
    this.#of(topic, partition).push(undefined);
  }

  end(topic: string, partition: number): bigint {
    return BigInt(this.#of(topic, partition).length);
  }

  read(topic: string, partition: number, from: bigint, end: bigint): BusRecord[] {
    return this.#of(topic, partition)
      .slice(Number(from), Number(end))
      .filter((record) => record !== undefined);
  }

  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
