import { expect, it } from 'vitest';
import { loadShelf, type PolicyShelf } from './policy-shelf.js';
import { warmUp } from './warm-up.js';

const REPOSITORY = new URL('../../../', import.meta.url).pathname;

it('decides with every policy and head set that was loaded', async () => {
  const shelf = await loadShelf(`${REPOSITORY}policies`, `${REPOSITORY}models/heads`);
  expect(shelf.pins.length).toBeGreaterThan(0);
  const asked = new Set<string>();
  const watched: PolicyShelf = {
    policy: (ref) => {
      asked.add(ref?.digest ?? '');
      return shelf.policy(ref);
    },
    headSet: (ref) => {
      asked.add(ref?.digest ?? '');
      return shelf.headSet(ref);
    },
  };
  warmUp(watched, shelf.pins);
  expect([...asked].sort()).toEqual(
    [...new Set(shelf.pins.flatMap(({ policy, headSet }) => [policy.digest, headSet.digest]))].sort(),
  );
});
