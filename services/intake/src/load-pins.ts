import { ConfigError } from '@tercet/kit';
import { derives, type HeadSets, loadHeadSets, loadPolicies, type Policies } from '@tercet/policy';
import type { Deriver } from './plan-item.js';
import type { FindPins } from './prepare-record.js';

/** What pins are chosen from. */
export interface PinSettings {
  readonly policiesDir: string;
  readonly headsDir: string;
  readonly defaultPolicy: string;
  readonly headSet: string;
  readonly derivers: readonly Deriver[];
  readonly defaultWindowMs: number;
}

/**
 * Loads policies and head sets once; another set needs a restart, so that one process pins one thing.
 * @throws ConfigError where they cannot be read, or the defaults are not among them.
 */
export async function loadPins(pins: PinSettings): Promise<FindPins> {
  const policies = await load(() => loadPolicies(pins.policiesDir), 'TERCET_POLICIES_DIR');
  const headSets = await load(() => loadHeadSets(pins.headsDir), 'TERCET_HEADS_DIR');
  return pinsOf(policies, headSets, pins);
}

/** Chooses pins by policy id: its newest version, and the deployment's head set. */
export function pinsOf(policies: Policies, headSets: HeadSets, pins: PinSettings): FindPins {
  const headSet = headSets.byId.get(pins.headSet)?.ref;
  if (!headSet) throw new ConfigError(`TERCET_HEAD_SET: there is no head set ${pins.headSet}`);
  if (!policies.byId.has(pins.defaultPolicy)) {
    throw new ConfigError(`TERCET_DEFAULT_POLICY: there is no policy ${pins.defaultPolicy}`);
  }
  const { defaultWindowMs } = pins;
  return (policyId) => {
    const policy = policies.byId.get(policyId === '' ? pins.defaultPolicy : policyId);
    if (!policy) return undefined;
    const derivers = pins.derivers.filter(({ suffix }) => derives(policy, suffix));
    return { policy: policy.ref, headSet, derivers, defaultWindowMs };
  };
}

async function load<T>(read: () => Promise<T>, variable: string): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`${variable}: ${why}`, { cause: error });
  }
}
