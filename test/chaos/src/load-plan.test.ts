import { ItemOperation, itemKey, partitionOf } from '@tercet/contracts';
import { describe, expect, it } from 'vitest';
import { makeContents, TENANT } from './contents.js';
import { type LoadStep, restingAt, stepsAt, versionAt } from './load-plan.js';

const contents = await makeContents(3);
const plan = { seed: 3, contents, partitions: 4 };
const steps = Array.from({ length: 2000 }, (_, index) => stepsAt(plan, index));
const all = steps.flat();
const own = steps.map(([first]) => first as Extract<LoadStep, { kind: 'item' }>);

describe('the load', () => {
  it('is a function of its seed', () => {
    expect(stepsAt(plan, 1234)).toEqual(steps[1234]);
    expect(versionAt({ ...plan, seed: 4 }, 1234)).not.toEqual(versionAt(plan, 1234));
  });

  it('opens a version of its own at each index', () => {
    const ids = new Set(own.map(({ item }) => `${item.itemId}@${item.version}`));
    expect(ids.size).toBe(steps.length);
  });

  it('is made of text for the most part, with pictures and sounds among it', () => {
    const share = (modality: string) =>
      own.filter(({ item }) => item.parts.some((part) => part.modality === modality)).length / own.length;
    expect(share('text')).toBe(1);
    expect(share('image')).toBeCloseTo(0.2, 1);
    expect(share('audio')).toBeCloseTo(0.1, 1);
  });

  it('edits, delivers again, erases, reviews and comes by the gateway', () => {
    expect(own.filter(({ item }) => item.version === 2n).length).toBeGreaterThan(40);
    expect(own.filter(({ door }) => door === 'gateway')).toHaveLength(40);
    const beside = steps.flatMap(([, ...rest]) => rest);
    const kinds = (kind: LoadStep['kind']) => beside.filter((step) => step.kind === kind).length;
    expect(kinds('item')).toBeGreaterThan(50);
    expect(kinds('erase')).toBe(40);
    expect(kinds('review')).toBe(20);
  });

  it('erases no item of which a later version is opened', () => {
    const edited = new Set(own.filter(({ item }) => item.version > 1n).map(({ item }) => item.itemId));
    for (const step of all)
      if (step.kind === 'erase') {
        expect(step.item.operation).toBe(ItemOperation.ERASE);
        expect(edited).not.toContain(step.item.itemId);
      }
  });

  it('lets one partition after the other rest', () => {
    const places = own.map(({ item }) => partitionOf(itemKey(TENANT, item.itemId), 4));
    expect(places.filter((partition, index) => partition === restingAt(index, 4))).toEqual([]);
    expect([...new Set(own.map((_, index) => restingAt(index, 4)))]).toEqual([0, 1, 2, 3]);
  });
});
