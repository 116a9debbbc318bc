import type { HeadSetRef, PolicyRef } from '@tercet/contracts';
import { type HeadSet, loadHeadSets, loadPolicies, type Policy } from '@tercet/policy';

/** Policies and head sets by digest, as items pin them. */
export interface PolicyShelf {
  policy(ref: PolicyRef | undefined): Policy | undefined;
  headSet(ref: HeadSetRef | undefined): HeadSet | undefined;
}

/** Loads everything in both folders; several versions stand side by side. */
export async function loadShelf(policiesDir: string, headsDir: string): Promise<PolicyShelf> {
  const [policies, headSets] = await Promise.all([loadPolicies(policiesDir), loadHeadSets(headsDir)]);
  return {
    policy: (ref) => (ref === undefined ? undefined : policies.byDigest.get(ref.digest)),
    headSet: (ref) => (ref === undefined ? undefined : headSets.byDigest.get(ref.digest)),
  };
}
