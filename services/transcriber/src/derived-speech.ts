import { SpanUnit } from '@tercet/contracts';
import { type Derived, spanOf } from '@tercet/encoder/authoring';
import type { SaidSegment } from './said-segments.js';

/**
 * Joins segments to one text, each with its place in the text (code points) and its time in the audio (milliseconds).
 * The text's confidence is the mean of its segments', weighted by their characters.
 */
export function derivedSpeech(
  segments: readonly SaidSegment[],
): Pick<Derived, 'kind' | 'text' | 'confidence' | 'spans'> {
  const spans: Derived['spans'][number][] = [];
  let text = '';
  let at = 0;
  let weighted = 0;
  let counted = 0;
  for (const { start, end, text: said, confidence } of segments) {
    if (text !== '') {
      text += ' ';
      at += 1;
    }
    const length = [...said].length;
    text += said;
    spans.push({
      text: spanOf(SpanUnit.CODE_POINT, { start: at, end: at + length }),
      evidence: { span: spanOf(SpanUnit.MILLISECOND, { start, end }), box: undefined, confidence },
    });
    at += length;
    weighted += confidence * length;
    counted += length;
  }
  return { kind: 'derived', text, confidence: counted === 0 ? 0 : weighted / counted, spans };
}
