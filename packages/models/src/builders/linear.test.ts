import fc from 'fast-check';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../onnx/graph-builder.js';
import { openSession } from '../session.js';
import { type DenseWriter, float32Dense, int8Dense } from './linear.js';

const INPUTS = 24;
const OUTPUTS = 16;
const layer = {
  inputs: INPUTS,
  outputs: OUTPUTS,
  weights: Float32Array.from({ length: INPUTS * OUTPUTS }, (_, index) => Math.sin(index * 2.3)),
  bias: Float32Array.from({ length: OUTPUTS }, (_, index) => index / 8 - 1),
};

function open(writerOf: (graph: GraphBuilder, x: string) => DenseWriter, range: 'any' | 'gelu') {
  const graph = new GraphBuilder('dense');
  const x = graph.input('x', 'float32', ['rows', INPUTS]);
  graph.output('y', writerOf(graph, x)(x, layer, range), 'float32', ['rows', OUTPUTS]);
  return openSession(graph.encode(), { provider: 'cpu', intraOpThreads: 1 });
}

async function run(session: InferenceSession, rows: readonly Float32Array[]): Promise<Float32Array[]> {
  const data = new Float32Array(rows.length * INPUTS);
  rows.forEach((row, index) => {
    data.set(row, index * INPUTS);
  });
  const { y } = await session.run({ x: new Tensor('float32', data, [rows.length, INPUTS]) });
  const output = y?.data;
  if (!(output instanceof Float32Array)) throw new TypeError('an output is missing');
  return rows.map((_, index) => output.slice(index * OUTPUTS, (index + 1) * OUTPUTS));
}

const row = (range: 'any' | 'gelu') =>
  fc
    .array(fc.float({ min: range === 'any' ? -3 : Math.fround(-0.16), max: 3, noNaN: true }), {
      minLength: INPUTS,
      maxLength: INPUTS,
    })
    .map((values) => Float32Array.from(values));

describe.each(['any', 'gelu'] as const)('int8 dense layer over %s input', (range) => {
  let exact: InferenceSession;
  let quantised: InferenceSession;
  beforeAll(async () => {
    exact = await open((graph) => float32Dense(graph), range);
    quantised = await open((graph, x) => int8Dense(graph, x), range);
  });

  it('gives a row the same bits whatever rows stand beside it, however loud', async () => {
    await fc.assert(
      fc.asyncProperty(row(range), fc.array(row(range), { maxLength: 5 }), async (first, others) => {
        const louder = others.map((other) => other.map((value) => Math.abs(value) * 1_000));
        const [alone] = await run(quantised, [first]);
        expect((await run(quantised, [first, ...louder]))[0]).toEqual(alone);
        expect((await run(quantised, [...louder, first])).at(-1)).toEqual(alone);
      }),
      { numRuns: 50 },
    );
  });

  it('stays within the rounding of its inputs and weights', async () => {
    await fc.assert(
      fc.asyncProperty(row(range), async (first) => {
        const [[wanted], [given]] = [await run(exact, [first]), await run(quantised, [first])];
        const loudest = Math.max(...first.map(Math.abs), 0.17);
        // Half a step of 1/127 of the input on each weight, half a step of 1/64 of the weight on each input.
        const bound = INPUTS * loudest * (0.5 / 127 + 0.5 / 64) * 1.05;
        (wanted as Float32Array).forEach((value, index) => {
          expect(Math.abs(value - ((given as Float32Array)[index] as number))).toBeLessThanOrEqual(bound);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('survives a row of zeros', async () => {
    const [zeros] = await run(quantised, [new Float32Array(INPUTS)]);
    const [wanted] = await run(exact, [new Float32Array(INPUTS)]);
    (zeros as Float32Array).forEach((value, index) => {
      expect(value).toBeCloseTo((wanted as Float32Array)[index] as number, 1);
    });
  });
});
