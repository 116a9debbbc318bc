/** A message as kafkajs decodes it from a fetch response (record batches of magic 2); numbers are bigints where record-batch.ts did. */
export interface FetchedMessage {
  readonly offset: string | bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestamp: string | bigint;
  readonly headers?: Record<string, Buffer | string | (Buffer | string)[] | undefined>;
  readonly isControlRecord: boolean;
  readonly batchContext: {
    readonly firstOffset: string | bigint;
    readonly lastOffsetDelta: number;
    readonly producerId: string;
    readonly inTransaction: boolean;
  };
}

/** A transaction that was aborted, as the fetch response lists it. */
export interface AbortedTransaction {
  readonly producerId: string;
  readonly firstOffset: string;
}

/**
 * What a read_committed reader may see from `from` on: neither control markers nor messages of aborted transactions.
 * As Kafka's own consumer does it (CompletedFetch). kafkajs 2.2.4 takes at most one aborted transaction a message
 * into account, so that one of two that began before the fetch shows through.
 */
export function committedMessages(
  messages: readonly FetchedMessage[],
  aborted: readonly AbortedTransaction[],
  from: bigint,
): FetchedMessage[] {
  const ahead = [...aborted].sort((a, b) => Number(BigInt(a.firstOffset) - BigInt(b.firstOffset)));
  const aborting = new Set<string>();
  return messages.filter((message) => {
    const offset = BigInt(message.offset);
    for (let next = ahead[0]; next !== undefined && BigInt(next.firstOffset) <= offset; next = ahead[0]) {
      aborting.add(next.producerId);
      ahead.shift();
    }
    const { producerId, inTransaction } = message.batchContext;
    if (message.isControlRecord) {
      if (isAbortMarker(message)) aborting.delete(producerId);
      return false;
    }
    return offset >= from && !(inTransaction && aborting.has(producerId));
  });
}

/** First offset behind the messages, the gaps of compaction in the last batch included. */
export function offsetBehind(messages: readonly FetchedMessage[]): bigint | undefined {
  const last = messages.at(-1);
  if (last === undefined) return undefined;
  return BigInt(last.batchContext.firstOffset) + BigInt(last.batchContext.lastOffsetDelta) + 1n;
}

/** A control record's key is its version and its type, two bytes each; type 0 aborts, 1 commits. */
function isAbortMarker(message: FetchedMessage): boolean {
  return message.key !== null && message.key.length >= 4 && message.key.readInt16BE(2) === 0;
}
