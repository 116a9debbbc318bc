import { ask } from './ask.js';

const CLIENT_ID = 'local-broker';

/**
 * Whether a broker answers a metadata request (API key 3, version 4, of no topics) and names at least one live broker:
 * the first thing every client asks for. https://kafka.apache.org/43/design/protocol/
 */
export async function answersMetadata(port: number): Promise<boolean> {
  const answer = await ask(
    port,
    metadataRequest(),
    (bytes) => bytes.length >= 4 + bytes.readInt32BE(0),
    2_000,
  );
  if (answer === undefined || answer.length < 16) return false;
  // Size, correlation id, throttle time, then the number of brokers; 4 bytes each.
  return answer.readInt32BE(12) > 0;
}

function metadataRequest(): Buffer {
  const body = Buffer.alloc(8 + 2 + CLIENT_ID.length + 4 + 1);
  let at = body.writeInt16BE(3, 0);
  at = body.writeInt16BE(4, at);
  at = body.writeInt32BE(1, at);
  at = body.writeInt16BE(CLIENT_ID.length, at);
  at += body.write(CLIENT_ID, at, 'latin1');
  at = body.writeInt32BE(0, at);
  body.writeInt8(0, at);
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  return Buffer.concat([size, body]);
}
