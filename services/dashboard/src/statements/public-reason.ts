import { type Decision, DecisionStatus } from '@tercet/contracts';
import { flaggedCategories } from './flagged-categories.js';

/** What a category is called before the public; the rest of its prefix serves where a category has no row. */
const SUBJECTS: Readonly<Record<string, string>> = {
  hate: 'hateful speech',
  harassment: 'harassment',
  sexual: 'sexual content',
  'sexual/minors': 'the safety of minors',
  violence: 'violence',
  'self-harm': 'self-harm',
  illicit: 'illegal goods or acts',
  'spam/scam': 'spam or deception',
  profanity: 'coarse language',
  'privacy/pii': 'private information about a person',
};

const OUTCOMES: Readonly<Record<string, string>> = {
  allow: 'No restriction was placed on this post.',
  flag: 'This post stays visible, and its handling was noted',
  review: 'This post is waiting for a person to look at it',
  block: 'This post was removed from view',
};

/**
 * One or two sentences about a decision that may be shown to its author and to anybody. It names kinds of harm and of
 * content alone: no score, threshold, model, rule or reviewer, nothing that was said, and no category of an item that was
 * allowed.
 */
export function publicReason(decision: Decision): string {
  if (decision.status === DecisionStatus.ERASED) return 'This post was erased.';
  if (decision.status === DecisionStatus.SUPERSEDED)
    return 'This version of the post was replaced by a newer one.';
  const outcome = OUTCOMES[decision.action] ?? 'This post was looked at';
  if (decision.action === 'allow') return outcome;
  return `${outcome}${because(decision)}. ${byWhom(decision)}`;
}

function because(decision: Decision): string {
  const subjects = [...new Set(flaggedCategories(decision).map(({ category }) => subjectOf(category)))];
  if (subjects.length > 0) return `, because it may concern ${listed(subjects)}`;
  if (decision.human) return ' under our rules';
  return ', because it could not be judged fully';
}

function byWhom(decision: Decision): string {
  if (decision.human) return 'A person made this decision.';
  return 'This decision was made by automated means.';
}

function subjectOf(category: string): string {
  const [family = ''] = category.split('/');
  return SUBJECTS[category] ?? SUBJECTS[family] ?? 'our rules';
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
