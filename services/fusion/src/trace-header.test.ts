import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packTrace, TRACE_BYTES, traceparentOf, unpackTrace } from './trace-header.js';

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const traceparent = fc
  .tuple(hex(32), hex(16), hex(2))
  .map(([traceId, spanId, flags]) => `00-${traceId}-${spanId}-${flags}`);
const FORM = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}/;

describe('packTrace', () => {
  it('keeps ids and flags', () => {
    const text = `00-${'0af9'.repeat(8)}-${'b7ad6b71'.repeat(2)}-01`;
    const context = unpackTrace(packTrace(Buffer.from(text)));
    expect(context && traceparentOf(context)).toBe(text);
  });

  it('packs digit by digit, whatever follows them', () => {
    fc.assert(
      fc.property(traceparent, fc.constantFrom('', '-later'), (text, behind) => {
        expect(packTrace(Buffer.from(text + behind)).toString('hex')).toBe(text.slice(3).replaceAll('-', ''));
      }),
    );
  });

  it('answers zeros for what is malformed in one place', () => {
    const zeros = Buffer.alloc(TRACE_BYTES);
    fc.assert(
      fc.property(traceparent, fc.nat(54), fc.constantFrom(...'gG/:`Ax- é', ''), (text, at, other) => {
        const made = text.slice(0, at) + other + text.slice(at + 1);
        fc.pre(!FORM.test(made));
        expect(packTrace(Buffer.from(made, 'latin1'))).toEqual(zeros);
      }),
    );
    expect(packTrace(undefined)).toEqual(zeros);
  });
});
