import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** Sees the bytes of one connection before they are passed on; must not keep them. */
export interface Tap {
  readonly toServer?: (bytes: Buffer) => void;
  readonly toClient?: (bytes: Buffer) => void;
}

/** Stands between a service and a server on loopback, so that connections can be cut, delayed and watched. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Ends every connection with a reset and refuses new ones until `mend`. */
  cut(): void;
  /** Holds everything up, in both directions, for `ms`, until `mend`. */
  delay(ms: number): void;
  mend(): void;
}

/** @param tap called for each new connection. */
export async function startTcpProxy(targetPort: number, tap: () => Tap = () => ({})): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let delayMs = 0;
  const hold = (socket: Socket, other: Socket): void => {
    sockets.add(socket);
    socket.setNoDelay(true);
    // The other side sees the end; why it came matters to neither.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      // What is under way to the other side still arrives.
      other.end();
    });
  };
  const server = createServer((incoming) => {
    if (isCut) {
      incoming.resetAndDestroy();
      return;
    }
    const outgoing = connect({ port: targetPort, host: '127.0.0.1' });
    hold(incoming, outgoing);
    hold(outgoing, incoming);
    const { toServer, toClient } = tap();
    pass(incoming, outgoing, () => delayMs, toServer);
    pass(outgoing, incoming, () => delayMs, toClient);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reset = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      isCut = true;
      reset();
    },
    delay: (ms) => {
      delayMs = ms;
    },
    mend: () => {
      isCut = false;
      delayMs = 0;
    },
    async [Symbol.asyncDispose]() {
      reset();
      server.close();
    },
  };
}

/** Passes bytes on in their order, each chunk as late as the delay was when it came. */
function pass(from: Socket, to: Socket, delayMs: () => number, see: Tap['toServer']): void {
  const waiting: { readonly bytes: Buffer; readonly dueMs: number }[] = [];
  const write = (bytes: Buffer): void => {
    if (to.destroyed || to.write(bytes)) return;
    from.pause();
    to.once('drain', () => from.resume());
  };
  const flush = (): void => {
    for (let next = waiting[0]; next !== undefined && next.dueMs <= performance.now(); next = waiting[0]) {
      waiting.shift();
      write(next.bytes);
    }
    if (waiting[0]) setTimeout(flush, Math.max(1, waiting[0].dueMs - performance.now()));
  };
  from.on('data', (bytes: Buffer) => {
    see?.(bytes);
    const ms = delayMs();
    if (ms === 0 && waiting.length === 0) {
      write(bytes);
      return;
    }
    const dueMs = Math.max(performance.now() + ms, waiting.at(-1)?.dueMs ?? 0);
    waiting.push({ bytes, dueMs });
    if (waiting.length === 1) setTimeout(flush, Math.max(1, dueMs - performance.now()));
  });
}
