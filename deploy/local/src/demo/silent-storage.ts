import { type AddressInfo, createServer, type Socket } from 'node:net';

/**
 * Upstream's object storage on a bad day: it takes connections and never says a word. A part that lies there does not
 * come before its item's window closes.
 */
export interface SilentStorage extends AsyncDisposable {
  /** Makes encoders ask here for upstream's bucket. */
  readonly env: Readonly<Record<string, string>>;
  /** Address of an object that never comes. */
  address(key: string): string;
}

const BUCKET = 'uploads';

export async function startSilentStorage(): Promise<SilentStorage> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      TERCET_FETCH_ALLOW: BUCKET,
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'demo',
      AWS_SECRET_ACCESS_KEY: 'demo',
    },
    address: (key) => `s3://${BUCKET}/${key}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
