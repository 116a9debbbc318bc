import type { FetchedMessage } from './committed-messages.js';
import type { BusRecord } from './port.js';

/** `topic` is the short name. */
export function toBusRecord(
  topic: string,
  partition: number,
  message: Pick<FetchedMessage, 'offset' | 'key' | 'value' | 'timestamp' | 'headers'>,
): BusRecord {
  const headers: Record<string, Uint8Array> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) headers[name] = typeof last === 'string' ? Buffer.from(last) : last;
  }
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key ?? undefined,
    value: message.value ?? undefined,
    headers,
    timestampMs: BigInt(message.timestamp),
  };
}
