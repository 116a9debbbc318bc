import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

/** A server on loopback that takes connections and never says a word: upstream's storage on a bad day. */
export interface SilentServer extends AsyncDisposable {
  readonly host: string;
  /** `https://` address of a file that will never come. */
  address(file: string): string;
}

const HOST = '127.0.0.1';

export async function startSilentServer(): Promise<SilentServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: HOST,
    address: (file) => `https://${HOST}:${port}/${file}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
