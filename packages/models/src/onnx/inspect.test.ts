import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from 'vitest';
import { openSession } from '../session.js';
import { GraphBuilder } from './graph-builder.js';
import { inspectGraph } from './inspect.js';

type Write = (writer: BinaryWriter) => void;

const message =
  (field: number, ...parts: Write[]): Write =>
  (writer) => {
    writer.tag(field, WireType.LengthDelimited).fork();
    for (const part of parts) part(writer);
    writer.join();
  };
const text =
  (field: number, value: string): Write =>
  (writer) => {
    writer.tag(field, WireType.LengthDelimited).string(value);
  };
const number =
  (field: number, value: number): Write =>
  (writer) => {
    writer.tag(field, WireType.Varint).int64(value);
  };

/** A model whose graph holds `parts`, on opset 17. */
function modelOf(...parts: Write[]): Uint8Array {
  const writer = new BinaryWriter();
  message(7, ...parts)(writer);
  message(8, number(2, 17))(writer);
  return writer.finish();
}

const node = (...parts: Write[]): Write => message(1, text(4, 'Identity'), ...parts);
const tensorOutside = [
  text(8, 'w'),
  message(13, text(1, 'location'), text(2, '../../secret')),
  number(14, 1),
];

describe('inspectGraph', () => {
  it('accepts a plain graph and counts it', () => {
    expect(inspectGraph(modelOf(node(), node()))).toEqual({ opset: 17, nodes: 2 });
  });

  const refused: Record<string, Uint8Array> = {
    'an initializer outside the file': modelOf(node(), message(5, ...tensorOutside)),
    'a sparse initializer outside the file': modelOf(node(), message(15, message(1, ...tensorOutside))),
    'a constant outside the file': modelOf(node(message(5, text(1, 'value'), message(5, ...tensorOutside)))),
    'an operator of a foreign domain': modelOf(node(text(7, 'com.microsoft'))),
    'one inside a subgraph': modelOf(
      node(message(5, text(1, 'then_branch'), message(6, node(text(7, 'evil'))))),
    ),
    'an import of a foreign domain': (() => {
      const writer = new BinaryWriter();
      message(7, node())(writer);
      message(8, number(2, 17))(writer);
      message(8, text(1, 'evil'), number(2, 1))(writer);
      return writer.finish();
    })(),
    'a function of a foreign domain': (() => {
      const writer = new BinaryWriter();
      message(7, node())(writer);
      message(8, number(2, 17))(writer);
      message(25, text(1, 'f'), text(10, 'evil'))(writer);
      return writer.finish();
    })(),
    'no graph': new Uint8Array(0),
    'bytes that are no protobuf': new TextEncoder().encode('<html>no such file</html>'),
    'a model cut short': modelOf(node(), message(5, text(8, 'w'))).subarray(0, 9),
  };
  for (const [what, bytes] of Object.entries(refused)) {
    it(`refuses ${what}`, () => {
      expect(() => inspectGraph(bytes)).toThrowError(expect.objectContaining({ code: 'undecodable' }));
    });
  }
});

describe('openSession', () => {
  const identity = (): Uint8Array => {
    const graph = new GraphBuilder('identity');
    graph.output('y', graph.input('x', 'float32', ['n']), 'float32', ['n']);
    return graph.encode();
  };

  it('opens a graph from its bytes', async () => {
    const session = await openSession(identity(), { provider: 'cpu', intraOpThreads: 1 });
    expect(session.outputNames).toEqual(['y']);
  });

  it('refuses a graph with external data before the runtime sees it', async () => {
    const graph = refusedGraph();
    await expect(openSession(graph, { provider: 'cpu', intraOpThreads: 1 })).rejects.toMatchObject({
      code: 'undecodable',
    });
  });

  // Where there is a GPU, the session opens on it; it must never open on the CPU instead.
  it('says so where the provider is not there', async () => {
    const opened = openSession(identity(), { provider: 'cuda', intraOpThreads: 1 });
    await opened.then(
      (session) => expect(session.inputNames).toEqual(['x']),
      (error) => expect(error).toMatchObject({ kind: 'Unavailable', code: 'provider_missing' }),
    );
  });

  function refusedGraph(): Uint8Array {
    return modelOf(node(), message(5, ...tensorOutside));
  }
});
