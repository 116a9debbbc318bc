import { describe, expect, it } from 'vitest';
import { backlogRecords } from './backlog.js';

const items = {
  opened: (key: string, parts: readonly string[], windowMs: number) =>
    Buffer.from(`open ${key} ${parts.join('+')} ${windowMs}`),
  embedded: (key: string, part: string) => Buffer.from(`part ${key} ${part}`),
};

describe('backlogRecords', () => {
  const records = [...backlogRecords(items, { name: 'x', count: 250, windowMs: 5 }, ['a', 'b'])];
  const values = records.map(({ value }) => Buffer.from(value ?? '').toString());

  it('has one opening and every part of each item', () => {
    expect(values).toHaveLength(750);
    expect(new Set(values).size).toBe(750);
    expect(values.filter((value) => value.startsWith('open'))).toHaveLength(250);
  });

  it('opens an item before its parts, with others open beside it', () => {
    expect(values.indexOf('open bench/x-7 a+b 5')).toBe(7);
    expect(values.indexOf('part bench/x-7 a')).toBe(107);
    expect(values.indexOf('part bench/x-7 b')).toBe(207);
    expect(values.at(-1)).toBe('part bench/x-249 b');
  });
});
