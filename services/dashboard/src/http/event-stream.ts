import type { FastifyReply } from 'fastify';

/** One client of server-sent events (WHATWG HTML, "Server-sent events"). */
export interface EventStream {
  /** Writes one event; false where the client takes no more at the moment. */
  send(event: string, data: unknown, id?: number): boolean;
  /** Whether what was written is still on its way to the client. */
  readonly isFull: boolean;
  onDrain(callback: () => void): void;
  onClose(callback: () => void): void;
  close(): void;
}

/** Takes over a reply as an event stream. Headers that hooks have set go along. */
export function openEventStream(reply: FastifyReply): EventStream {
  const { raw } = reply;
  const headers = reply.getHeaders() as Record<string, string>;
  reply.hijack();
  raw.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    // A buffering proxy would hold events back.
    'x-accel-buffering': 'no',
  });
  raw.write('retry: 1000\n\n');
  return {
    send(event, data, id) {
      const line = id === undefined ? '' : `id: ${id}\n`;
      return raw.write(`event: ${event}\n${line}data: ${JSON.stringify(data)}\n\n`);
    },
    get isFull() {
      return raw.writableNeedDrain;
    },
    onDrain: (callback) => void raw.on('drain', callback),
    onClose: (callback) => void raw.on('close', callback),
    close: () => void raw.end(),
  };
}
