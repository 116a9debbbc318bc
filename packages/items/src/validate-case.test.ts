import { Appeal, ItemReport } from '@tercet/contracts';
import { describe, expect, it } from 'vitest';
import { validateAppeal, validateReport } from './validate-case.js';

describe('validateReport', () => {
  const report = (change: Partial<ItemReport> = {}) =>
    ItemReport.fromPartial({
      reportId: 'r-1',
      reporterId: 'u-1',
      category: 'spam/scam',
      note: 'x',
      ...change,
    });

  it('accepts a report, with and without a category and a note', () => {
    expect(validateReport(report())).toEqual(report());
    expect(validateReport(report({ category: '', note: '' })).reportId).toBe('r-1');
  });

  it.each<[string, Partial<ItemReport>]>([
    ['report_id', { reportId: '' }],
    ['report_id', { reportId: 'x'.repeat(129) }],
    ['reporter_id', { reporterId: '' }],
    ['reporter_id', { reporterId: 'a\nb' }],
    ['category', { category: 'x'.repeat(129) }],
    ['note', { note: 'x'.repeat(2001) }],
    ['reported_at_ms', { reportedAtMs: -1n }],
  ])('refuses a bad %s and names it', (detail, change) => {
    expect(() => validateReport(report(change))).toThrow(new RegExp(`^bad_report: ${detail}$`));
  });
});

describe('validateAppeal', () => {
  const appeal = (change: Partial<Appeal> = {}) =>
    Appeal.fromPartial({
      appealId: 'a-1',
      version: 1n,
      revision: 2,
      appellantId: 'u-1',
      statement: 'It is satire.',
      ...change,
    });

  it('accepts an appeal', () => {
    expect(validateAppeal(appeal())).toEqual(appeal());
  });

  it.each<[string, Partial<Appeal>]>([
    ['appeal_id', { appealId: '' }],
    ['version', { version: 0n }],
    ['revision', { revision: 0 }],
    ['appellant_id', { appellantId: '' }],
    ['statement', { statement: '' }],
    ['statement', { statement: 'x'.repeat(2001) }],
    ['filed_at_ms', { filedAtMs: -1n }],
  ])('refuses a bad %s and names it', (detail, change) => {
    expect(() => validateAppeal(appeal(change))).toThrow(new RegExp(`^bad_appeal: ${detail}$`));
  });
});
