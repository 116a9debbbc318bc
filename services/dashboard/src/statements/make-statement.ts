import { type CategoryResult, type Decision, DecisionStatus } from '@tercet/contracts';
import type { StatementCategory } from './dsa-values.js';
import { flaggedCategories } from './flagged-categories.js';
import { listed, publicReason } from './public-reason.js';
import { isLanguage, type Statement, statementSchema } from './statement-schema.js';

/** What a deployment says in all its statements. */
export interface StatementSettings {
  /** The rule of the platform's terms that is relied on. */
  readonly ground: string;
  readonly groundUrl: string | undefined;
  /** Where restrictions hold. */
  readonly territories: readonly string[];
}

/** What a statement needs beside the decision. */
export interface StatementFacts {
  readonly decision: Decision;
  readonly decidedAtMs: number;
  /** When this version of the item came in: the nearest that is known to the day of its publication. */
  readonly openedAtMs: number;
  /** Reports that came before the decision. */
  readonly reports: number;
}

const VISIBILITY = {
  age_restrict: 'DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED',
  label: 'DECISION_VISIBILITY_CONTENT_LABELLED',
  blur: 'DECISION_VISIBILITY_OTHER',
} as const;
/** Modifiers that restrict what can be seen; the others do not. */
export const RESTRICTING_MODIFIERS = Object.keys(VISIBILITY) as (keyof typeof VISIBILITY)[];
const BLURRED = 'The content is covered until the viewer asks to see it.';

const CATEGORY: Readonly<Record<string, StatementCategory>> = {
  hate: 'STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH',
  harassment: 'STATEMENT_CATEGORY_CYBER_VIOLENCE',
  'sexual/minors': 'STATEMENT_CATEGORY_PROTECTION_OF_MINORS',
  violence: 'STATEMENT_CATEGORY_VIOLENCE',
  'self-harm': 'STATEMENT_CATEGORY_SELF_HARM',
  'illicit/violent': 'STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY',
  'spam/scam': 'STATEMENT_CATEGORY_SCAMS_AND_FRAUD',
  'privacy/pii': 'STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS',
};
const OTHER_CATEGORY: StatementCategory = 'STATEMENT_CATEGORY_OTHER_VIOLATION_TC';

const CONTENT_TYPE: Readonly<Record<string, Statement['content_type'][number]>> = {
  text: 'CONTENT_TYPE_TEXT',
  image: 'CONTENT_TYPE_IMAGE',
  audio: 'CONTENT_TYPE_AUDIO',
};

/** Whether a decision restricts the item, so that a statement is due. */
export function restricts(decision: Decision): boolean {
  return decision.status === DecisionStatus.DECIDED && visibilityOf(decision).length > 0;
}

/**
 * The statement of reasons of a decision that restricts; null for one that does not. It says nothing that was posted, and
 * names nobody. Whether content is illegal is not judged here: the ground is always the platform's own terms.
 */
export function makeStatement(facts: StatementFacts, settings: StatementSettings): Statement | null {
  const { decision } = facts;
  if (!restricts(decision)) return null;
  const visibility = visibilityOf(decision);
  const flagged = flaggedCategories(decision);
  const [category = OTHER_CATEGORY, ...additions] = [...new Set(flagged.map(categoryOf))];
  const modalities = modalitiesOf(decision);
  const unnamed = modalities.filter((modality) => CONTENT_TYPE[modality] === undefined);
  const language = languageOf(decision);
  return statementSchema.parse({
    decision_visibility: visibility,
    ...(visibility.includes('DECISION_VISIBILITY_OTHER') ? { decision_visibility_other: BLURRED } : {}),
    decision_facts: factsText(facts, flagged.length > 0),
    decision_ground: 'DECISION_GROUND_INCOMPATIBLE_CONTENT',
    ...(settings.groundUrl === undefined ? {} : { decision_ground_reference_url: settings.groundUrl }),
    incompatible_content_ground: settings.ground,
    incompatible_content_explanation: publicReason(decision),
    content_type: [
      ...new Set(modalities.map((modality) => CONTENT_TYPE[modality] ?? 'CONTENT_TYPE_OTHER')),
    ].sort(),
    ...(unnamed.length > 0 ? { content_type_other: unnamed.join(', ') } : {}),
    category,
    ...(additions.length > 0 ? { category_addition: additions } : {}),
    ...(flagged.some((one) => one.category === 'sexual')
      ? { category_specification: ['KEYWORD_ADULT_SEXUAL_MATERIAL'] }
      : {}),
    territorial_scope: settings.territories,
    ...(language === undefined ? {} : { content_language: language }),
    content_date: dayOf(facts.openedAtMs),
    application_date: dayOf(facts.decidedAtMs),
    source_type: facts.reports > 0 ? 'SOURCE_TYPE_OTHER_NOTIFICATION' : 'SOURCE_VOLUNTARY',
    automated_detection: flagged.length > 0 ? 'Yes' : 'No',
    automated_decision: automatedDecision(decision, flagged.length > 0),
    puid: decision.decisionId,
  });
}

function visibilityOf(decision: Decision): Statement['decision_visibility'] & {} {
  if (decision.action === 'block') return ['DECISION_VISIBILITY_CONTENT_DISABLED'];
  return RESTRICTING_MODIFIERS.filter((one) => decision.modifiers.includes(one))
    .map((one) => VISIBILITY[one])
    .sort();
}

function categoryOf({ category }: CategoryResult): StatementCategory {
  const [family = ''] = category.split('/');
  return CATEGORY[category] ?? CATEGORY[family] ?? OTHER_CATEGORY;
}

/** Of upstream's own parts: text that was read in a picture is the picture's. */
function modalitiesOf(decision: Decision): readonly string[] {
  const parts = [...decision.partsUsed, ...decision.partsMissing].filter(
    ({ partId }) => !partId.includes('/'),
  );
  const modalities = [...new Set(parts.map(({ modality }) => modality))].sort();
  return modalities.length > 0 ? modalities : ['unknown'];
}

/** ISO 639-1 in capitals, where all parts that have a language have one and the same. */
function languageOf(decision: Decision): string | undefined {
  const tags = new Set(
    decision.partsUsed.map(({ language }) => language.split('-')[0] ?? '').filter(Boolean),
  );
  const code = [...tags][0]?.toUpperCase() ?? '';
  return tags.size === 1 && isLanguage(code) ? code : undefined;
}

function automatedDecision(decision: Decision, detected: boolean): Statement['automated_decision'] {
  if (!decision.human) return 'AUTOMATED_DECISION_FULLY';
  return detected ? 'AUTOMATED_DECISION_PARTIALLY' : 'AUTOMATED_DECISION_NOT_AUTOMATED';
}

function factsText({ decision, reports }: StatementFacts, detected: boolean): string {
  const sentences = [
    `The ${listed(modalitiesOf(decision))} of the post were examined by automated classifiers.`,
  ];
  if (detected) sentences.push('They found that it may break the rules named here.');
  if (reports > 0) sentences.push('The post had been reported.');
  sentences.push(
    decision.human
      ? 'A person then decided.'
      : 'The decision follows from the platform’s policy without a person.',
  );
  if (decision.partsMissing.length > 0) sentences.push('Not every part of the post could be examined.');
  return sentences.join(' ');
}

function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
