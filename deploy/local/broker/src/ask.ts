import { connect } from 'node:net';

/**
 * Sends one request to a loopback port and resolves with the first bytes of the answer that `isWhole` accepts;
 * undefined where nobody answers within `timeoutMs`.
 */
export function ask(
  port: number,
  request: Uint8Array,
  isWhole: (answer: Buffer) => boolean,
  timeoutMs: number,
): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    let answer = Buffer.alloc(0);
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    const finish = (result: Buffer | undefined) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () => finish(undefined));
    socket.on('error', () => finish(undefined));
    socket.on('close', () => finish(undefined));
    socket.on('data', (data) => {
      answer = Buffer.concat([answer, data]);
      if (isWhole(answer)) finish(answer);
    });
  });
}
