import { type Derivation, SpanUnit } from '@tercet/contracts';
import { normaliseText } from '@tercet/models';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { movedDerivation } from './moved-derivation.js';

/** One span per line of the text, as a deriver gives them. */
function readFrom(lines: readonly string[]): { text: string; derivation: Derivation } {
  let place = 0;
  const spans = lines.map((line) => {
    const start = BigInt(place);
    place += [...line].length + 1;
    return {
      text: { unit: SpanUnit.CODE_POINT, start, end: BigInt(place - 1) },
      evidence: { span: undefined, box: undefined, confidence: 1 },
    };
  });
  const derivation = { sourcePartId: 'p', kind: 'ocr', confidence: 1, spans, truncated: [] };
  return { text: lines.join('\n'), derivation };
}

function linesAfter({ text, derivation }: ReturnType<typeof readFrom>): string[] {
  const bytes = Buffer.from(text);
  const points = [...normaliseText(bytes)];
  return movedDerivation(derivation, bytes).spans.map(({ text: span }) =>
    points.slice(Number(span?.start), Number(span?.end)).join(''),
  );
}

describe('movedDerivation', () => {
  it('points at the same line after what nobody sees was taken out', () => {
    const read = readFrom(['a\u200b\u200bb', '\u{1f600}\u00adc', 'd']);
    expect(linesAfter(read)).toEqual(['ab', '\u{1f600}c', 'd']);
  });

  it('points at the same line, whatever the lines are', () => {
    const character = fc.constantFrom(
      'a',
      'z',
      '\u00e9',
      '\u4f60',
      '\u{1f600}',
      '\u200b',
      '\u00ad',
      '\ufeff',
      ' ',
    );
    const line = fc.string({ unit: character, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
        const expected = lines.map((one) => one.replace(/[\u200b\u00ad\ufeff]/g, ''));
        expect(linesAfter(readFrom(lines))).toEqual(expected);
      }),
    );
  });
});
