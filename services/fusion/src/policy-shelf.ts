import type { HeadSetRef, PolicyRef } from '@tercet/contracts';
import { type HeadSet, loadHeadSets, loadPolicies, type Policy } from '@tercet/policy';

/** Policies and head sets by digest, as items pin them. */
export interface PolicyShelf {
  policy(ref: PolicyRef | undefined): Policy | undefined;
  headSet(ref: HeadSetRef | undefined): HeadSet | undefined;
}

/** A policy and a head set that may be pinned together, and the models that the heads read. */
export interface Pins {
  readonly policy: PolicyRef;
  readonly headSet: HeadSetRef;
  readonly modelDigests: readonly string[];
}

/** Loads everything in both folders; several versions stand side by side. `pins`: each pair of what was loaded. */
export async function loadShelf(
  policiesDir: string,
  headsDir: string,
): Promise<PolicyShelf & { readonly pins: readonly Pins[] }> {
  const [policies, headSets] = await Promise.all([loadPolicies(policiesDir), loadHeadSets(headsDir)]);
  return {
    policy: (ref) => (ref === undefined ? undefined : policies.byDigest.get(ref.digest)),
    headSet: (ref) => (ref === undefined ? undefined : headSets.byDigest.get(ref.digest)),
    pins: [...policies.byDigest.values()].flatMap((policy) =>
      [...headSets.byDigest.values()].map((headSet) => ({
        policy: policy.ref,
        headSet: headSet.ref,
        modelDigests: [...headSet.modelDigests],
      })),
    ),
  };
}
