import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PartRows } from './part-rows.js';

it('gives each part once, with its own rows in order, when the last of them is there', () => {
  const counts = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 });
  const shuffled = counts.chain((batch) => {
    const rows = batch.flatMap((count, part) => Array.from({ length: count }, (_, at) => `${part}.${at}`));
    const order = fc.shuffledSubarray([...rows.keys()], { minLength: rows.length });
    return fc.record({ batch: fc.constant(batch), rows: fc.constant(rows), order });
  });
  fc.assert(
    fc.property(shuffled, ({ batch, rows, order }) => {
      const arrived = new PartRows<number, string>(batch, (count) => count);
      const given = new Map<number, readonly string[]>();
      for (const row of order) {
        const whole = arrived.put(row, rows[row] ?? '');
        if (whole === undefined) continue;
        expect(given.has(whole.index)).toBe(false);
        expect(whole.part).toBe(batch[whole.index]);
        expect(whole.rows.at(-1)).toBeDefined();
        given.set(whole.index, whole.rows);
      }
      expect(given.size).toBe(batch.length);
      for (const [part, own] of given)
        expect(own).toEqual(Array.from({ length: batch[part] ?? 0 }, (_, at) => `${part}.${at}`));
    }),
  );
});

it('holds a row that comes twice, one that is none, and a part without rows to be mistakes', () => {
  const arrived = new PartRows<number, string>([2], (count) => count);
  expect(arrived.put(1, 'b')).toBeUndefined();
  expect(() => arrived.put(1, 'b')).toThrow(/twice/);
  expect(() => arrived.put(2, 'c')).toThrow(/none/);
  expect(arrived.put(0, 'a')).toEqual(expect.objectContaining({ index: 0, rows: ['a', 'b'] }));
  expect(() => new PartRows([0], (count) => count)).toThrow(/no row/);
});
