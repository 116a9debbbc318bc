import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { widenFloat16 } from './float16.js';
import { columnSums, MAX_WEIGHT, quantiseColumns, transpose } from './int8.js';
import { readKerasBundle } from './keras-bundle.js';
import { SafetensorsFile } from './safetensors.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('widenFloat16', () => {
  it('widens each kind of number exactly', () => {
    const bits = [0x0000, 0x8000, 0x3c00, 0xc000, 0x3555, 0x7bff, 0x0001, 0x0400, 0x7c00, 0xfc00];
    const expected = [
      0,
      -0,
      1,
      -2,
      1365 / 4096,
      65_504,
      2 ** -24,
      2 ** -14,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ];
    expect([...widenFloat16(Uint16Array.from(bits))]).toEqual(expected);
    expect(widenFloat16(Uint16Array.of(0x7e00))[0]).toBeNaN();
  });
});

describe('quantiseColumns', () => {
  const matrices = fc
    .record({ rows: fc.integer({ min: 1, max: 8 }), columns: fc.integer({ min: 1, max: 8 }) })
    .chain(({ rows, columns }) =>
      fc.record({
        rows: fc.constant(rows),
        columns: fc.constant(columns),
        values: fc
          .array(fc.float({ min: -4, max: 4, noNaN: true }), {
            minLength: rows * columns,
            maxLength: rows * columns,
          })
          .map((values) => Float32Array.from(values)),
      }),
    );

  it('stays within half a step of each weight and within the range that no CPU saturates', () => {
    fc.assert(
      fc.property(matrices, ({ rows, columns, values }) => {
        const matrix = quantiseColumns(values, rows, columns);
        values.forEach((weight, index) => {
          const scale = matrix.scales[index % columns] as number;
          const integer = matrix.values[index] as number;
          expect(Math.abs(integer)).toBeLessThanOrEqual(MAX_WEIGHT);
          expect(Math.abs(integer * scale - weight)).toBeLessThanOrEqual(scale * 0.5001 + 1e-6);
        });
        expect(2 * 255 * MAX_WEIGHT).toBeLessThan(2 ** 15);
      }),
    );
  });

  it('sums columns of the dequantised weights', () => {
    const matrix = { values: Int8Array.of(1, -2, 3, 4), scales: Float32Array.of(0.5, 2) };
    expect([...columnSums(matrix)]).toEqual([2, 4]);
  });

  it('transposes', () => {
    expect([...transpose(Float32Array.of(1, 2, 3, 4, 5, 6), 2, 3)]).toEqual([1, 4, 2, 5, 3, 6]);
  });
});

describe('SafetensorsFile', () => {
  const fileOf = (header: object, body: Uint8Array, length?: number): Uint8Array => {
    const json = encode(JSON.stringify(header));
    const bytes = new Uint8Array(8 + json.length + body.length);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(length ?? json.length), true);
    bytes.set(json, 8);
    bytes.set(body, 8 + json.length);
    return bytes;
  };
  const header = {
    __metadata__: { format: 'pt' },
    a: { dtype: 'F16', shape: [2], data_offsets: [0, 4] },
    b: { dtype: 'F32', shape: [1, 1], data_offsets: [4, 8] },
    long: { dtype: 'F32', shape: [9], data_offsets: [4, 40] },
  };
  const body = new Uint8Array([0, 0x3c, 0, 0xc0, 0, 0, 0x80, 0x3f]);
  const undecodable = expect.objectContaining({ code: 'undecodable' });

  it('reads half and single precision by name, from a buffer at any offset', () => {
    const shifted = Buffer.concat([Buffer.from('x'), fileOf(header, body)]).subarray(1);
    const file = new SafetensorsFile(shifted);
    expect([...file.read('a', [2]).values]).toEqual([1, -2]);
    expect([...file.read('b', [1, 1]).values]).toEqual([1]);
  });

  it('refuses absent names, other shapes and files that are cut short', () => {
    const file = new SafetensorsFile(fileOf(header, body));
    expect(() => file.read('c', [1])).toThrowError(undecodable);
    expect(() => file.read('a', [1, 2])).toThrowError(undecodable);
    expect(() => file.read('long', [9])).toThrowError(undecodable);
    expect(() => new SafetensorsFile(new Uint8Array(4))).toThrowError(undecodable);
    expect(() => new SafetensorsFile(fileOf(header, body, 1e9))).toThrowError(undecodable);
  });
});

describe('readKerasBundle', () => {
  const weights = encode('!function(e){}(function(){x.exports="AP8KAA=="},{})');
  const script = (topology: string): Uint8Array => encode(`!function(){a.exports=${topology}}()`);
  const topology = (shape: string): string =>
    `{modelTopology:{model_config:{config:{layers:[{name:"d \\"1\\"",class_name:"Dense",config:{a:!0,b:!1,c:-.5,d:null,e:1e-3},inbound_nodes:[[["in",0,0,{}]]]}]}}},weightsManifest:[{weights:[{name:"w",shape:${shape},quantization:{min:-1,scale:.5,dtype:"uint8"}}]}]}`;

  it('reads minified literals without running them', () => {
    const model = readKerasBundle(script(topology('[2,2]')), weights);
    expect(model.layers).toEqual([
      {
        name: 'd "1"',
        className: 'Dense',
        config: { a: true, b: false, c: -0.5, d: null, e: 0.001 },
        inputs: ['in'],
      },
    ]);
    expect([...(model.weights.get('w')?.values ?? [])]).toEqual([-1, 126.5, 4, -1]);
  });

  it('refuses code in the place of the literal, weights of another size, and scripts of another kind', () => {
    const undecodable = expect.objectContaining({ code: 'undecodable' });
    const withCode = topology('[2,2]').replace('null', 'process.exit()');
    expect(() => readKerasBundle(script(withCode), weights)).toThrowError(undecodable);
    expect(() => readKerasBundle(script(topology('[5]')), weights)).toThrowError(undecodable);
    expect(() => readKerasBundle(encode('alert(1)'), weights)).toThrowError(undecodable);
    expect(() => readKerasBundle(script(topology('[2,2]')), encode('no weights'))).toThrowError(undecodable);
  });
});
