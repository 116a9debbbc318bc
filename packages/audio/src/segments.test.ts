import { uncovered } from '@tercet/encoder/authoring';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fullCoverMs, planSegments, skippedOf } from './segments.js';

const rule = { maxSegments: 6, segmentMs: 10_000, segmentOverlapMs: 1_000 };

describe('planSegments', () => {
  it('takes a short audio whole', () => {
    expect(planSegments(740, rule)).toEqual({ segments: [{ start: 0, end: 740 }], skipped: [] });
  });

  it('covers everything up to the full cover, with its overlap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10_001, max: fullCoverMs(rule) }), (durationMs) => {
        const { segments, skipped } = planSegments(durationMs, rule);
        expect(skipped).toEqual([]);
        expect(segments.length).toBeLessThanOrEqual(rule.maxSegments);
        for (let i = 1; i < segments.length; i += 1)
          expect((segments[i - 1]?.end ?? 0) - (segments[i]?.start ?? 0)).toBeGreaterThanOrEqual(1000);
      }),
    );
  });

  it('keeps both ends of a longer one and names the rest', () => {
    fc.assert(
      fc.property(fc.integer({ min: fullCoverMs(rule) + 1, max: 20_000_000 }), (durationMs) => {
        const { segments, skipped } = planSegments(durationMs, rule);
        expect(segments).toHaveLength(rule.maxSegments);
        expect(segments[0]?.start).toBe(0);
        expect(segments.at(-1)?.end).toBe(durationMs);
        expect(skipped).toEqual(uncovered(segments, durationMs));
        expect(skipped.length).toBeGreaterThan(0);
        for (const { start, end } of segments) expect(end - start).toBe(rule.segmentMs);
      }),
    );
  });
});

describe('skippedOf', () => {
  const decoded = [
    { start: 0, end: 30_000 },
    { start: 693_290, end: 723_284 },
  ];

  it('takes a rounded length for the end', () => {
    expect(skippedOf(decoded, 723_290)).toEqual([{ start: 30_000, end: 693_290 }]);
  });

  it('says what is missing at the end', () => {
    expect(skippedOf(decoded, 724_000)).toEqual([
      { start: 30_000, end: 693_290 },
      { start: 723_284, end: 724_000 },
    ]);
  });
});
