import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallNetwork } from '../../proofs/small-network.js';
import { dequantise, readTflite } from './tflite.js';

const undecodable = expect.objectContaining({ code: 'undecodable' });
const file = smallNetwork();

describe('readTflite', () => {
  it('reads tensors, their quantisation and the operators between them', () => {
    const model = readTflite(file);
    expect(model.operators.map(({ name }) => name)).toEqual([
      'CONV_2D',
      'DEPTHWISE_CONV_2D',
      'MEAN',
      'FULLY_CONNECTED',
      'LOGISTIC',
      'DEQUANTIZE',
    ]);
    expect(model.operators[0]?.convolution).toEqual({ padding: 'same', stride: 2, activation: 3 });
    const kernel = model.tensors[model.operators[0]?.inputs[1] ?? -1];
    expect(kernel).toMatchObject({ type: 'int8', shape: [2, 3, 3, 1] });
    expect(kernel?.quantisation).toEqual({ scales: [0.5, 0.25], zeroPoints: [0, 0], axis: 0 });
  });

  it('multiplies each channel by its own scale', () => {
    const model = readTflite(file);
    const kernel = model.tensors[model.operators[0]?.inputs[1] ?? -1];
    const values = kernel ? [...dequantise(kernel).values] : [];
    const integers = [...(kernel?.data ?? [])].map((byte) => (byte << 24) >> 24);
    expect(values).toEqual(integers.map((integer, index) => integer * (index < 9 ? 0.5 : 0.25)));
  });

  it('refuses each file that is cut short, or answers what lies within it', () => {
    fc.assert(
      fc.property(fc.nat(file.length - 1), (length) => {
        expect(() => {
          const model = readTflite(file.subarray(0, length));
          for (const tensor of model.tensors) if (tensor.data) dequantise(tensor);
        }).toThrowError(undecodable);
      }),
      { numRuns: 500 },
    );
  });

  it('ends in an answer or in a refusal whatever bytes are changed', () => {
    const changes = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(changes, (places) => {
        const changed = Uint8Array.from(file);
        for (const [at, byte] of places) changed[at] = byte;
        try {
          for (const tensor of readTflite(changed).tensors) if (tensor.data) dequantise(tensor);
        } catch (error) {
          expect(error).toEqual(undecodable);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('refuses other files', () => {
    expect(() => readTflite(new Uint8Array(0))).toThrowError(undecodable);
    expect(() => readTflite(new TextEncoder().encode('no flatbuffer at all'))).toThrowError(undecodable);
  });
});
