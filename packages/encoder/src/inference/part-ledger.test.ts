import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PartLedger } from './part-ledger.js';

describe('PartLedger', () => {
  it('answers every harmless part and gives up every poison one, which ends the process at most twice', () => {
    const poisons = fc.array(fc.boolean(), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        poisons,
        fc.integer({ min: 1, max: 12 }),
        fc.infiniteStream(fc.nat()),
        (isPoison, maxHeld, picks) => {
          const ledger = new PartLedger<number>(maxHeld);
          const pick = () => picks.next().value ?? 0;
          const held = new Set<number>();
          const answered: number[] = [];
          const givenUp: number[] = [];
          let deaths = 0;
          let added = 0;
          const give = () => {
            for (const { id } of ledger.takeNext()) held.add(id);
          };
          for (let steps = 0; ledger.size > 0 || added < isPoison.length; steps += 1) {
            expect(steps).toBeLessThan(1000);
            if (added < isPoison.length && (pick() % 3 > 0 || ledger.size === 0)) {
              ledger.add(added, added);
              added += 1;
            }
            give();
            expect(held.size).toBeLessThanOrEqual(maxHeld);
            const chosen = [...held][pick() % Math.max(1, held.size)];
            if (chosen === undefined) continue;
            if (isPoison[chosen]) {
              deaths += 1;
              givenUp.push(...ledger.died());
              held.clear();
            } else {
              held.delete(chosen);
              answered.push(ledger.answered(chosen) ?? -1);
            }
          }
          const poisonIds = isPoison.flatMap((poison, id) => (poison ? [id] : []));
          const harmlessIds = isPoison.flatMap((poison, id) => (poison ? [] : [id]));
          expect(givenUp.sort((a, b) => a - b)).toEqual(poisonIds);
          expect(answered.sort((a, b) => a - b)).toEqual(harmlessIds);
          expect(deaths).toBeLessThanOrEqual(2 * poisonIds.length);
        },
      ),
    );
  });

  it('tries suspects one at a time, nobody beside them', () => {
    const ledger = new PartLedger<string>(10);
    ledger.add(1, 'a');
    ledger.add(2, 'b');
    expect(ledger.takeNext()).toHaveLength(2);
    expect(ledger.died()).toEqual([]);
    ledger.add(3, 'c');
    expect(ledger.takeNext().map(({ id }) => id)).toEqual([1]);
    expect(ledger.takeNext()).toEqual([]);
    expect(ledger.answered(1)).toBe('a');
    expect(ledger.takeNext().map(({ id }) => id)).toEqual([2]);
    expect(ledger.died()).toEqual(['b']);
    expect(ledger.takeNext().map(({ id }) => id)).toEqual([3]);
  });

  it('tries a part that broke once more, then gives it up', () => {
    const ledger = new PartLedger<string>(10);
    ledger.add(1, 'a');
    ledger.takeNext();
    expect(ledger.broke(1)).toBeUndefined();
    expect(ledger.takeNext().map(({ id }) => id)).toEqual([1]);
    expect(ledger.broke(1)).toBe('a');
    expect(ledger.size).toBe(0);
  });

  it('forgets what its caller gave up', () => {
    const ledger = new PartLedger<string>(10);
    ledger.add(1, 'a');
    ledger.add(2, 'b');
    expect(ledger.abandon(1)).toBe(false);
    expect(ledger.takeNext().map(({ id }) => id)).toEqual([2]);
    expect(ledger.abandon(2)).toBe(true);
    expect(ledger.answered(2)).toBeUndefined();
    ledger.add(3, 'c');
    ledger.takeNext();
    ledger.abandon(3);
    expect(ledger.died()).toEqual([]);
    expect(ledger.size).toBe(0);
  });
});
