import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decisionId, itemKey, splitItemKey } from './item-key.js';

const tenants = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/);
const ids = fc.string({ minLength: 1 });

it('splits what it joined, whatever the id holds', () => {
  fc.assert(
    fc.property(tenants, ids, (tenant, itemId) => {
      expect(splitItemKey(itemKey(tenant, itemId))).toEqual({ tenant, itemId });
    }),
  );
});

it.each(['', 'x', '/x', 'x/'])('refuses %j', (key) => {
  expect(splitItemKey(key)).toBeUndefined();
});

it('gives every version and revision an id of its own', () => {
  const seen = new Set<string>();
  for (const key of ['a/1', 'a/11', 'b/1']) {
    for (const version of [1n, 11n, 2n]) {
      for (const revision of [1, 11, 2]) seen.add(decisionId(key, version, revision));
    }
  }
  expect(seen.size).toBe(27);
  // Golden: downstream systems store these.
  expect(decisionId('tenant/item', 1n, 1)).toMatchInlineSnapshot(`"5f6d73caab76db6db9c619f6704f7097"`);
});
