import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EncoderClass, kafkajsEncoder, shareBuffers } from './share-buffers.js';

interface Writer {
  readonly buffer: Buffer;
  size(): number;
  writeInt8(value: number): Writer;
  writeInt64(value: string): Writer;
  writeVarInt(value: number): Writer;
  writeString(value: string): Writer;
  writeBytes(value: Buffer | null): Writer;
  writeVarIntBytes(value: Buffer): Writer;
  writeEncoder(value: Writer): Writer;
  writeArray(values: readonly Writer[]): Writer;
}

/** The class as kafkajs ships it, whatever was done to the one that is loaded. */
function pristine(): EncoderClass {
  const require = createRequire(import.meta.url);
  const file = require.resolve('kafkajs/src/protocol/encoder');
  const loaded = require.cache[file];
  delete require.cache[file];
  try {
    return kafkajsEncoder();
  } finally {
    if (loaded) require.cache[file] = loaded;
    else delete require.cache[file];
  }
}

const Copying = pristine();
const Sharing = pristine();
shareBuffers(Sharing);

type Step = (Writers: EncoderClass, to: Writer) => void;
const bytes = fc
  .tuple(fc.constantFrom(0, 3, 500, 1_023, 1_024, 1_025, 9_000), fc.nat(255))
  .map(([length, fill]) => Buffer.alloc(length, fill));
const written = (Writers: EncoderClass, steps: readonly Step[]): Writer => {
  const writer = new Writers() as unknown as Writer;
  for (const step of steps) step(Writers, writer);
  return writer;
};
const { steps } = fc.letrec<{ step: Step; steps: Step[] }>((tie) => ({
  step: fc.oneof(
    { maxDepth: 4 },
    bytes.map(
      (value): Step =>
        (_, to) =>
          to.writeBytes(value),
    ),
    bytes.map(
      (value): Step =>
        (_, to) =>
          to.writeVarIntBytes(value),
    ),
    fc.integer({ min: -128, max: 127 }).map(
      (value): Step =>
        (_, to) =>
          to.writeInt8(value),
    ),
    fc.bigInt(0n, (1n << 62n) - 1n).map(
      (value): Step =>
        (_, to) =>
          to.writeInt64(String(value)),
    ),
    fc.nat().map(
      (value): Step =>
        (_, to) =>
          to.writeVarInt(value),
    ),
    fc.string({ unit: 'binary', maxLength: 700 }).map(
      (value): Step =>
        (_, to) =>
          to.writeString(value),
    ),
    fc.constant<Step>((_, to) => void to.size()),
    fc.constant<Step>((_, to) => void to.buffer.length),
    tie('steps').map(
      (inner): Step =>
        (Writers, to) =>
          to.writeEncoder(written(Writers, inner)),
    ),
    fc.array(tie('steps'), { maxLength: 3 }).map(
      (all): Step =>
        (Writers, to) =>
          to.writeArray(all.map((inner) => written(Writers, inner))),
    ),
  ),
  steps: fc.array(tie('step'), { maxLength: 6 }),
}));

describe('an encoder that shares buffers', () => {
  it('writes the same bytes as one that copies them', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const expected = written(Copying, all);
        const shared = written(Sharing, all);
        expect(shared.size()).toBe(expected.size());
        expect(shared.buffer.equals(expected.buffer)).toBe(true);
        // Asked again, and written into another one after that.
        expect(shared.buffer.equals(expected.buffer)).toBe(true);
        expect(written(Sharing, [(_, to) => to.writeEncoder(shared)]).buffer.equals(expected.buffer)).toBe(
          true,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('keeps a long value as it is instead of copying it', () => {
    const value = Buffer.alloc(4_096, 1);
    const writer = written(Sharing, [(_, to) => to.writeBytes(value)]);
    value[0] = 2;
    expect(writer.buffer[4]).toBe(2);
  });

  it('refuses what is no encoder', () => {
    const writer = written(Sharing, []);
    expect(() => writer.writeEncoder({} as Writer)).toThrow('not an encoder');
  });
});
