import { CheckedPolicy } from './parse-policy.js';
import { policyDocumentSchema } from './policy-document.js';

/** Stands in where the pinned policy is not known: scores are shown, no category has a threshold. */
export const NO_POLICY = new CheckedPolicy(
  { id: '', version: '', digest: '' },
  policyDocumentSchema.parse({
    id: 'none',
    version: '0',
    categories: {},
    incomplete: {
      pending: { action: 'review' },
      failed: { action: 'review' },
      empty: { action: 'allow' },
      unusable: { action: 'review' },
    },
    not_covered: { default: 'allow' },
    languages: { not_served: { action: 'review' } },
    truncated: { default: 'review' },
  }),
  new Map(),
);
