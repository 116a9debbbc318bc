import { SpanUnit } from '@tercet/contracts';
import { describe, expect, it } from 'vitest';
import type { SeenLine } from './join-text.js';
import { limitLines } from './limit-lines.js';

const line = (text: string, frames?: [number, number]): SeenLine => ({
  text,
  confidence: 1,
  corners: [],
  ...(frames ? { frames: { start: frames[0], end: frames[1] } } : {}),
});
const texts = (rows: readonly (readonly SeenLine[])[]) => rows.map((row) => row.map(({ text }) => text));

describe('limitLines', () => {
  it('keeps everything within the limit and says nothing of it', () => {
    const { rows, truncated } = limitLines([[line('a'), line('b')], [line('c')]], 3);
    expect(texts(rows)).toEqual([['a', 'b'], ['c']]);
    expect(truncated).toEqual([]);
  });

  it('cuts a row where the limit falls, and says that a picture holds more', () => {
    const { rows, truncated } = limitLines([[line('a'), line('b'), line('c')], [line('d')]], 2);
    expect(texts(rows)).toEqual([['a', 'b']]);
    expect(truncated).toEqual([{ span: undefined, code: 'max_lines' }]);
  });

  it('names the frames in which lines of an animation were left out', () => {
    const { rows, truncated } = limitLines(
      [[line('a', [0, 9])], [line('b', [6, 8])], [line('c', [3, 4])]],
      1,
    );
    expect(texts(rows)).toEqual([['a']]);
    expect(truncated).toEqual([{ span: { unit: SpanUnit.FRAME, start: 3n, end: 8n }, code: 'max_lines' }]);
  });
});
