import { readFileSync } from 'node:fs';
import { type HeadSet, type HeadSets, type Policies, type Policy, parsePolicy } from '@tercet/policy';
import { describe, expect, it } from 'vitest';
import { loadPins, pinsOf } from './load-pins.js';

const policy = (id: string): Policy => ({ ref: { id, version: '2', digest: `d-${id}` }, document: {} });
const headSet = (id: string): HeadSet => ({ ref: { id, digest: `d-${id}` }, modelDigests: new Set() });
const policies: Policies = {
  byDigest: new Map(),
  byId: new Map(['default', 'strict'].map((id) => [id, policy(id)])),
};
const headSets: HeadSets = { byDigest: new Map(), byId: new Map([['heads', headSet('heads')]]) };
const settings = {
  policiesDir: 'policies',
  headsDir: 'heads',
  defaultPolicy: 'default',
  headSet: 'heads',
  derivers: [],
  defaultWindowMs: 7,
};

describe('pinsOf', () => {
  it('pins the policy that an item names, the default for none, nothing for an unknown one', () => {
    const find = pinsOf(policies, headSets, settings);
    expect(find('strict')?.policy.id).toBe('strict');
    expect(find('')).toEqual({
      policy: policy('default').ref,
      headSet: headSet('heads').ref,
      derivers: [],
      defaultWindowMs: 7,
    });
    expect(find('nobody')).toBeUndefined();
  });

  it('refuses defaults that are not there, by the name of the variable', () => {
    expect(() => pinsOf(policies, headSets, { ...settings, headSet: 'gone' })).toThrow(/^TERCET_HEAD_SET/);
    expect(() => pinsOf(policies, headSets, { ...settings, defaultPolicy: 'gone' })).toThrow(
      /^TERCET_DEFAULT_POLICY/,
    );
  });
});

describe('derivers', () => {
  const shipped = readFileSync(new URL('../../../policies/default.yaml', import.meta.url), 'utf8');
  const derivers = [
    { source: 'image', suffix: 'ocr' },
    { source: 'audio', suffix: 'speech' },
  ];
  const pinned = (derived: string) => {
    const byId = new Map([['default', parsePolicy(`${shipped}\n${derived}`)]]);
    return pinsOf({ byDigest: new Map(), byId }, headSets, { ...settings, derivers })('')?.derivers;
  };

  it('are those of the deployment that the policy does not turn off', () => {
    expect(pinned('')).toEqual(derivers);
    expect(pinned('derived: { ocr: false }')).toEqual([derivers[1]]);
    expect(pinned('derived: { ocr: true, speech: false, faces: true }')).toEqual([derivers[0]]);
  });

  it('are part of what a policy is only where it names them', () => {
    const digest = (text: string) => parsePolicy(text).ref.digest;
    expect(digest(`${shipped}\nderived: { ocr: false }`)).not.toBe(digest(shipped));
  });
});

describe('loadPins', () => {
  it('names the variable of a folder that is not there', async () => {
    const missing = { ...settings, policiesDir: '/nowhere/policies' };
    await expect(loadPins(missing)).rejects.toThrow(/^TERCET_POLICIES_DIR/);
  });
});
