/**
 * Categories of harm and their base meaning: OpenAI's names, and more where Tercet has models. A policy may bring
 * others; nothing but policies and heads may assume this list.
 */
export const HARM_CATEGORIES = [
  'hate',
  'hate/threatening',
  'harassment',
  'harassment/threatening',
  'sexual',
  'sexual/minors',
  'violence',
  'violence/graphic',
  'self-harm',
  'self-harm/intent',
  'self-harm/instructions',
  'illicit',
  'illicit/violent',
  'spam/scam',
  'profanity',
  'privacy/pii',
] as const;

export const ACTIONS = ['allow', 'flag', 'review', 'block'] as const;
export type Action = (typeof ACTIONS)[number];

export const MODIFIERS = ['age_restrict', 'blur', 'escalate', 'label'] as const;
export type Modifier = (typeof MODIFIERS)[number];
