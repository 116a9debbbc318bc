import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { SMALL, SMALL_WEIGHTS, smallNetwork } from '../../proofs/small-network.js';
import { openSession } from '../session.js';
import { buildYamnet } from './yamnet.js';

interface Layer {
  readonly kernel: Int8Array;
  readonly scales: readonly number[];
  readonly bias: Int32Array;
}

/** A plain 3 x 3 convolution over [side, side, channels], SAME padding, ReLU6, in the file's own layout. */
function convolve(plane: number[][][], layer: Layer, stride: number, isDepthwise: boolean): number[][][] {
  const side = plane.length;
  const out = Math.ceil(side / stride);
  const before = Math.floor(Math.max(0, (out - 1) * stride + 3 - side) / 2);
  return Array.from({ length: out }, (_, row) =>
    Array.from({ length: out }, (_, column) =>
      Array.from({ length: 2 }, (_, channel) => {
        const scale = layer.scales[channel] as number;
        let sum = (layer.bias[channel] as number) * scale;
        for (let y = 0; y < 3; y += 1)
          for (let x = 0; x < 3; x += 1) {
            const seen = plane[row * stride + y - before]?.[column * stride + x - before];
            const at = isDepthwise ? (y * 3 + x) * 2 + channel : channel * 9 + y * 3 + x;
            sum += (seen?.[isDepthwise ? channel : 0] ?? 0) * (layer.kernel[at] as number) * scale;
          }
        return Math.min(6, Math.max(0, sum));
      }),
    ),
  );
}

function plainly(patch: readonly number[]): { embedding: number[]; scores: number[] } {
  const input = Array.from({ length: 4 }, (_, y) =>
    Array.from({ length: 4 }, (_, x) => [patch[y * 4 + x] ?? 0]),
  );
  const { first, depthwise, dense } = SMALL_WEIGHTS;
  const last = convolve(convolve(input, first, 2, false), depthwise, 1, true).flat();
  const embedding = [0, 1].map(
    (channel) => last.reduce((sum, at) => sum + (at[channel] ?? 0), 0) / last.length,
  );
  const scores = [0, 1, 2].map((one) => {
    const scale = dense.scales[0];
    const logit = [0, 1].reduce(
      (sum, i) => sum + (dense.kernel[one * 2 + i] as number) * scale * (embedding[i] as number),
      (dense.bias[one] as number) * scale,
    );
    return 1 / (1 + Math.exp(-logit));
  });
  return { embedding, scores };
}

describe('buildYamnet', () => {
  it('says what plain loops over the same weights say, row by row', async () => {
    const session = await openSession(buildYamnet(smallNetwork()), { provider: 'cpu', intraOpThreads: 1 });
    const rows = [1, 2, 3].map((seed) => Array.from({ length: 16 }, (_, i) => Math.sin(i * seed) / 20));
    const patches = new Tensor('float32', Float32Array.from(rows.flat()), [3, SMALL.height, SMALL.width]);
    const answer = await session.run({ patches });
    const plain = rows.map(plainly);
    const expected = {
      embedding: plain.flatMap(({ embedding }) => embedding),
      scores: plain.flatMap(({ scores }) => scores),
    };
    expect(Math.max(...expected.embedding)).toBeGreaterThan(0.1);
    for (const [name, values] of Object.entries(expected)) {
      const ours = answer[name]?.data as Float32Array;
      expect(ours).toHaveLength(values.length);
      for (const [index, value] of values.entries()) expect(ours[index]).toBeCloseTo(value, 5);
    }
  });

  it('gives the same bytes for the same file, and refuses what is none', () => {
    expect(buildYamnet(smallNetwork())).toEqual(buildYamnet(smallNetwork()));
    expect(() => buildYamnet(new Uint8Array(100))).toThrowError(
      expect.objectContaining({ code: 'undecodable' }),
    );
  });
});
