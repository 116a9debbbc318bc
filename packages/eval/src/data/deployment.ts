import { fileURLToPath } from 'node:url';
import { loadPins, type Pins, readPinSettings } from '@tercet/intake';
import { ConfigError, type Env } from '@tercet/kit';
import { type HeadSet, loadHeadSets, loadPolicies, type Policy } from '@tercet/policy';

const pathOf = (name: string): string => fileURLToPath(new URL(`../../../../${name}`, import.meta.url));

/** Where the environment says nothing: as the local stack runs. */
const DEFAULTS: Env = {
  TERCET_POLICIES_DIR: pathOf('policies'),
  TERCET_HEADS_DIR: pathOf('models/heads'),
  TERCET_DERIVERS: 'image:ocr,audio:speech',
};

/** What a deployment decides by. */
export interface Deployment {
  readonly policy: Policy;
  readonly headSet: HeadSet;
  readonly pins: Pins;
}

/**
 * Loads policy and heads by the settings of intake.
 * @throws ConfigError where they cannot be read, or a named one is not there.
 */
export async function loadDeployment(env: Env): Promise<Deployment> {
  const settings = readPinSettings({ ...DEFAULTS, ...env });
  const pins = (await loadPins(settings))('');
  const policies = await loadPolicies(settings.policiesDir);
  const headSets = await loadHeadSets(settings.headsDir);
  const policy = pins && policies.byDigest.get(pins.policy.digest);
  const headSet = pins && headSets.byDigest.get(pins.headSet.digest);
  if (!pins || !policy || !headSet) throw new ConfigError('policy or heads changed while they were read');
  return { policy, headSet, pins };
}
