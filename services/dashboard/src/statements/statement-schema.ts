import { z } from 'zod';
import * as dsa from './dsa-values.js';

const text = (maxChars: number) =>
  z
    .string()
    .refine(
      (given) => given.trim() !== '' && [...given].length <= maxChars,
      `wants 1 to ${maxChars} characters`,
    );
const listOf = <const Value extends string>(values: readonly Value[]) =>
  z
    .array(z.enum(values))
    .min(1)
    .refine((given) => new Set(given).size === given.length, 'names one twice');
const day = (first: string) => z.iso.date().refine((given) => given >= first, `must be ${first} or later`);
const APPLICATION_FROM = '2020-01-01';
const endDay = day(APPLICATION_FROM).optional();

const fields = z.strictObject({
  decision_visibility: listOf(dsa.DECISION_VISIBILITIES).optional(),
  decision_visibility_other: text(500).optional(),
  end_date_visibility_restriction: endDay,
  decision_monetary: z.enum(dsa.DECISION_MONETARIES).optional(),
  decision_monetary_other: text(500).optional(),
  end_date_monetary_restriction: endDay,
  decision_provision: z.enum(dsa.DECISION_PROVISIONS).optional(),
  end_date_service_restriction: endDay,
  decision_account: z.enum(dsa.DECISION_ACCOUNTS).optional(),
  end_date_account_restriction: endDay,
  account_type: z.enum(dsa.ACCOUNT_TYPES).optional(),
  decision_facts: text(5000),
  decision_ground: z.enum(dsa.DECISION_GROUNDS),
  decision_ground_reference_url: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .optional(),
  illegal_content_legal_ground: text(500).optional(),
  illegal_content_explanation: text(2000).optional(),
  incompatible_content_ground: text(500).optional(),
  incompatible_content_explanation: text(2000).optional(),
  incompatible_content_illegal: z.enum(dsa.YES_NO).optional(),
  content_type: listOf(dsa.CONTENT_TYPES),
  content_type_other: text(500).optional(),
  category: z.enum(dsa.STATEMENT_CATEGORIES),
  category_addition: listOf(dsa.STATEMENT_CATEGORIES).optional(),
  category_specification: listOf(dsa.KEYWORDS).optional(),
  category_specification_other: text(500).optional(),
  content_id: z.strictObject({ 'EAN-13': z.string().regex(/^\d{13}$/) }).optional(),
  territorial_scope: z
    .array(z.string().refine((code) => dsa.TERRITORIES.includes(code), 'is no member state of the EEA'))
    .min(1)
    .refine((given) => new Set(given).size === given.length, 'names one twice'),
  content_language: z.string().refine(isLanguage, 'is no ISO 639-1 code').optional(),
  content_date: day('2000-01-01'),
  application_date: day(APPLICATION_FROM),
  source_type: z.enum(dsa.SOURCE_TYPES),
  source_identity: text(500).optional(),
  automated_detection: z.enum(dsa.YES_NO),
  automated_decision: z.enum(dsa.AUTOMATED_DECISIONS),
  puid: z.string().regex(/^[A-Za-z0-9_-]{1,500}$/),
});
type Fields = z.infer<typeof fields>;

const RESTRICTIONS = [
  'decision_visibility',
  'decision_monetary',
  'decision_provision',
  'decision_account',
] as const;

/** A field that is needed exactly where another one says so. */
const CONDITIONAL: readonly [keyof Fields, (given: Fields) => boolean, 'needed' | 'allowed'][] = [
  [
    'decision_visibility_other',
    (s) => s.decision_visibility?.includes('DECISION_VISIBILITY_OTHER') ?? false,
    'needed',
  ],
  ['end_date_visibility_restriction', (s) => s.decision_visibility !== undefined, 'allowed'],
  ['decision_monetary_other', (s) => s.decision_monetary === 'DECISION_MONETARY_OTHER', 'needed'],
  ['end_date_monetary_restriction', (s) => s.decision_monetary !== undefined, 'allowed'],
  ['end_date_service_restriction', (s) => s.decision_provision !== undefined, 'allowed'],
  ['end_date_account_restriction', (s) => s.decision_account !== undefined, 'allowed'],
  ['illegal_content_legal_ground', isIllegal, 'needed'],
  ['illegal_content_explanation', isIllegal, 'needed'],
  ['incompatible_content_ground', (s) => !isIllegal(s), 'needed'],
  ['incompatible_content_explanation', (s) => !isIllegal(s), 'needed'],
  ['incompatible_content_illegal', (s) => !isIllegal(s), 'allowed'],
  ['content_type_other', (s) => s.content_type.includes('CONTENT_TYPE_OTHER'), 'needed'],
  [
    'category_specification_other',
    (s) => s.category_specification?.includes('KEYWORD_OTHER') ?? false,
    'allowed',
  ],
  ['source_identity', (s) => s.source_type !== 'SOURCE_VOLUNTARY', 'allowed'],
];

const END_DATES = [
  'end_date_visibility_restriction',
  'end_date_monetary_restriction',
  'end_date_service_restriction',
  'end_date_account_restriction',
] as const;

/**
 * A statement of reasons by the field list of docs/statements-of-reasons.md. Where the Transparency Database drops a field
 * that does not belong, this refuses it: we never mean to send one. It holds no more than this form; whether a
 * statement is right, and lawful, is for people.
 */
export const statementSchema = fields.superRefine((given, context) => {
  const wrong = (field: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [field], message });
  if (RESTRICTIONS.every((field) => given[field] === undefined)) {
    wrong('decision_visibility', `one of ${RESTRICTIONS.join(', ')} is needed`);
  }
  for (const [field, applies, how] of CONDITIONAL) {
    if (applies(given)) {
      if (how === 'needed' && given[field] === undefined) wrong(field, 'is needed here');
    } else if (given[field] !== undefined) wrong(field, 'does not belong here');
  }
  for (const field of END_DATES) {
    const end = given[field];
    if (end !== undefined && end < given.application_date) wrong(field, 'is before the application date');
  }
  if (given.category_addition?.includes(given.category))
    wrong('category_addition', 'names the category itself');
});
export type Statement = z.infer<typeof statementSchema>;

function isIllegal(given: Fields): boolean {
  return given.decision_ground === 'DECISION_GROUND_ILLEGAL_CONTENT';
}

const LANGUAGES = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/** Whether two capitals are a code of ISO 639-1. */
export function isLanguage(code: string): boolean {
  if (!/^[A-Z]{2}$/.test(code)) return false;
  return LANGUAGES.of(code.toLowerCase()) !== undefined;
}
