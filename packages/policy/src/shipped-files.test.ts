import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { COLOURS } from '../fixtures/made-items.js';
import { loadHeadSets } from './head-files.js';
import { CheckedHeadSet } from './head-set.js';
import { CheckedPolicy } from './parse-policy.js';
import { PolicyError } from './policy-error.js';
import { loadPolicies } from './policy-files.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const made: string[] = [];
const folder = async () => {
  const path = await mkdtemp(join(tmpdir(), 'policies-'));
  made.push(path);
  return path;
};
afterEach(async () => {
  for (const path of made.splice(0)) await rm(path, { recursive: true });
});

describe('the policies and heads of this repository', () => {
  it('load, and the default policy names each category that a default head scores', async () => {
    const policy = (await loadPolicies(join(root, 'policies'))).byId.get('default');
    const heads = (await loadHeadSets(join(root, 'models/heads'))).byId.get('default');
    if (!(policy instanceof CheckedPolicy) || !(heads instanceof CheckedHeadSet))
      throw new Error('not there');
    for (const { entry } of heads.heads) {
      expect(policy.document.categories[entry.category]?.thresholds.flag, entry.category).toBeGreaterThan(0);
    }
    const selfHarm = policy.document.categories['self-harm'];
    expect(selfHarm?.thresholds).toEqual({ flag: expect.any(Number) });
    expect(selfHarm?.modifiers.flag).toEqual(['escalate']);
    expect((await loadPolicies(join(root, 'policies/examples'))).byId.has('support-routing')).toBe(true);
  });
});

describe('loadPolicies', () => {
  it('finds every version by digest and the newest by id', async () => {
    const path = await folder();
    await writeFile(join(path, 'a.yaml'), COLOURS.replace('version: "3"', 'version: "10"'));
    await writeFile(join(path, 'b.yaml'), COLOURS);
    await writeFile(join(path, 'notes.txt'), 'not a policy');
    const { byDigest, byId } = await loadPolicies(path);
    expect(byDigest.size).toBe(2);
    expect(byId.get('colours')?.ref.version).toBe('10');
  });

  it('names the file that is wrong, and refuses two contents under one version', async () => {
    const path = await folder();
    await writeFile(join(path, 'a.yaml'), COLOURS.replace('severity: 2', 'severity: 8'));
    await expect(loadPolicies(path)).rejects.toThrow(/^a\.yaml categories\.green\.severity/);
    await writeFile(join(path, 'a.yaml'), COLOURS.replace('severity: 2', 'severity: 1'));
    await writeFile(join(path, 'b.yaml'), COLOURS);
    await expect(loadPolicies(path)).rejects.toThrow(PolicyError);
  });
});
