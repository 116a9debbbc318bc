import { expect, it } from 'vitest';
import { lowestThresholds } from './lowest-thresholds.js';
import { parsePolicy } from './parse-policy.js';

it('takes the lowest level of each category, and none where there is none', () => {
  const policy = parsePolicy(`
id: small
version: "1"
categories:
  hate: { severity: 5, thresholds: { review: 0.9, flag: 0.75 } }
  sexual: { severity: 3, thresholds: { block: 0.8 } }
  violence: { severity: 4 }
incomplete:
  pending: { action: review }
  failed: { action: review }
  empty: { action: allow }
  unusable: { action: review }
not_covered: { default: allow }
languages: { not_served: { action: review } }
truncated: { default: flag }
`);
  expect(lowestThresholds(policy)).toEqual({ hate: 0.75, sexual: 0.8 });
});
