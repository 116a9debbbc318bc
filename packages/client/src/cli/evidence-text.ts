import { type Evidence, type Span, SpanUnit } from '@tercet/contracts';

/**
 * Where something was found, for people: `0:02.1 to 0:05.4`, `frame 5`, `box left 10 %, top 60 %, right 90 %, bottom
 * 72 %`, `characters 12 to 40`; with the reader's confidence where something was read.
 */
export function evidenceText({ span, box, confidence }: Evidence): string {
  const places = span ? [spanText(span)] : [];
  if (box && box.corners.length > 0) {
    const xs = box.corners.map(({ x }) => x);
    const ys = box.corners.map(({ y }) => y);
    const sides = `left ${percent(Math.min(...xs))}, top ${percent(Math.min(...ys))}`;
    places.push(`box ${sides}, right ${percent(Math.max(...xs))}, bottom ${percent(Math.max(...ys))}`);
  }
  if (confidence < 1) places.push(`read with confidence ${confidence.toFixed(2)}`);
  return places.join('; ');
}

function spanText({ unit, start, end }: Span): string {
  switch (unit) {
    case SpanUnit.MILLISECOND:
      return `${clock(start)} to ${clock(end)}`;
    case SpanUnit.FRAME:
      return end - start === 1n ? `frame ${start}` : `frames ${start} to ${end - 1n}`;
    default:
      return `characters ${start} to ${end}`;
  }
}

/** `2:05.3` for 125,300 ms. */
function clock(milliseconds: bigint): string {
  const tenths = Number(milliseconds / 100n);
  const seconds = ((tenths % 600) / 10).toFixed(1).padStart(4, '0');
  return `${Math.floor(tenths / 600)}:${seconds}`;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
