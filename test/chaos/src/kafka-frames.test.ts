import { array, assert, integer, property } from 'fast-check';
import { expect, it } from 'vitest';
import { FrameHeads, readEndAnswer, readTransactionalRequest } from './kafka-frames.js';

/** A request with header v1: its api, a correlation id, a client id, and a body. */
function request(api: number, correlationId: number, body: Buffer, clientId = 'fusion'): Buffer {
  const head = Buffer.alloc(14 + clientId.length);
  head.writeInt32BE(head.length - 4 + body.length, 0);
  head.writeInt16BE(api, 4);
  head.writeInt16BE(1, 6);
  head.writeInt32BE(correlationId, 8);
  head.writeInt16BE(clientId.length, 12);
  head.write(clientId, 14, 'utf8');
  return Buffer.concat([head, body]);
}

function string(text: string): Buffer {
  const bytes = Buffer.alloc(2 + text.length);
  bytes.writeInt16BE(text.length, 0);
  bytes.write(text, 2, 'utf8');
  return bytes;
}

const endTxn = (commit: boolean) =>
  request(26, 42, Buffer.concat([string('fusion-3'), Buffer.alloc(10), Buffer.from([commit ? 1 : 0])]));
const produce = (id: string | undefined, bytes: number) =>
  request(
    0,
    7,
    Buffer.concat([id === undefined ? Buffer.from([0xff, 0xff]) : string(id), Buffer.alloc(bytes)]),
  );
const read = (frame: Buffer) => readTransactionalRequest(frame.subarray(0, 256), frame.length);

it('reads the transactional id of a produce request, and none where there is none', () => {
  const frame = produce('fusion-11', 2000);
  expect(read(frame)).toEqual({
    kind: 'produce',
    transactionalId: 'fusion-11',
    frameBytes: frame.length,
  });
  expect(read(produce(undefined, 2000))).toBeUndefined();
});

it('reads what a transaction ends with', () => {
  const ends = { kind: 'end', transactionalId: 'fusion-3', correlationId: 42 };
  expect(read(endTxn(true))).toEqual({ ...ends, isCommit: true });
  expect(read(endTxn(false))).toEqual({ ...ends, isCommit: false });
});

it('reads no other request, and survives every stump', () => {
  expect(read(request(1, 3, Buffer.alloc(40)))).toBeUndefined();
  for (let length = 0; length < 30; length += 1)
    expect(readTransactionalRequest(endTxn(true).subarray(0, length), 200)).toBeUndefined();
});

it('reads the answer to an end', () => {
  const answer = Buffer.alloc(14);
  answer.writeInt32BE(10, 0);
  answer.writeInt32BE(42, 4);
  answer.writeInt16BE(47, 12);
  expect(readEndAnswer(answer)).toEqual({ correlationId: 42, errorCode: 47 });
});

it('finds every frame wherever the stream is cut', () => {
  assert(
    property(
      array(integer({ min: 0, max: 700 }), { maxLength: 8 }),
      array(integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 }),
      (sizes, cuts) => {
        const frames = sizes.map((size, n) => request(n, n, Buffer.alloc(size, n)));
        const stream = Buffer.concat(frames);
        const seen: { head: Buffer; bytes: number }[] = [];
        const heads = new FrameHeads((head, bytes) => seen.push({ head: Buffer.from(head), bytes }));
        for (let at = 0, n = 0; at < stream.length; n += 1) {
          const end = at + (cuts[n % cuts.length] ?? 1);
          heads.push(stream.subarray(at, end));
          at = end;
        }
        expect(seen.map(({ bytes }) => bytes)).toEqual(frames.map((frame) => frame.length));
        const starts = frames.map((frame) => frame.subarray(0, 256));
        expect(Buffer.concat(seen.map(({ head }) => head)).equals(Buffer.concat(starts))).toBe(true);
      },
    ),
    { numRuns: 50 },
  );
});
