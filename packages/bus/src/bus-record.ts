import type { FetchedMessage } from './committed-messages.js';
import type { BusRecord } from './port.js';
import type { LogMessage } from './record-batch.js';

/** `topic` is the short name. */
export function toBusRecord(topic: string, partition: number, message: FetchedMessage): BusRecord {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key ?? undefined,
    value: message.value ?? undefined,
    headers: isLogMessage(message) ? message.headers : lastValues(message.headers),
    timestampMs: BigInt(message.timestamp),
  };
}

const isLogMessage = (message: FetchedMessage): message is LogMessage => typeof message.offset === 'bigint';

function lastValues(headers: FetchedMessage['headers'] = {}): Record<string, Uint8Array> {
  const values: Record<string, Uint8Array> = {};
  for (const [name, value] of Object.entries(headers)) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last != null) values[name] = typeof last === 'string' ? Buffer.from(last) : last;
  }
  return values;
}
