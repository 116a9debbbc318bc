import { describe, expect, it } from 'vitest';
import { statementSchema } from './statement-schema.js';

const VALID = {
  decision_visibility: ['DECISION_VISIBILITY_CONTENT_DISABLED'],
  decision_facts: 'The text of the post was examined by automated classifiers.',
  decision_ground: 'DECISION_GROUND_INCOMPATIBLE_CONTENT',
  incompatible_content_ground: 'Our terms and conditions',
  incompatible_content_explanation: 'This post was removed from view, because it may concern harassment.',
  content_type: ['CONTENT_TYPE_TEXT'],
  category: 'STATEMENT_CATEGORY_CYBER_VIOLENCE',
  territorial_scope: ['DE', 'FR'],
  content_date: '2026-11-28',
  application_date: '2026-11-29',
  source_type: 'SOURCE_VOLUNTARY',
  automated_detection: 'Yes',
  automated_decision: 'AUTOMATED_DECISION_FULLY',
  puid: '0123456789abcdef0123456789abcdef',
};
const ILLEGAL = {
  decision_ground: 'DECISION_GROUND_ILLEGAL_CONTENT',
  incompatible_content_ground: undefined,
  incompatible_content_explanation: undefined,
  illegal_content_legal_ground: 'A law',
  illegal_content_explanation: 'Why it is against that law.',
};
const given = (change: Record<string, unknown>) =>
  Object.fromEntries(Object.entries({ ...VALID, ...change }).filter(([, value]) => value !== undefined));

describe('a statement is taken', () => {
  it.each<[string, Record<string, unknown>]>([
    ['as it is', {}],
    [
      'with several restrictions',
      { decision_visibility: undefined, decision_account: 'DECISION_ACCOUNT_SUSPENDED' },
    ],
    ['on legal grounds', ILLEGAL],
    [
      'with another restriction, described',
      { decision_visibility: ['DECISION_VISIBILITY_OTHER'], decision_visibility_other: 'Covered.' },
    ],
    ['with an end', { end_date_visibility_restriction: '2026-11-29' }],
    ['with a language', { content_language: 'EN' }],
    ['with a product', { content_id: { 'EAN-13': '4006381333931' } }],
    ['with a notifier', { source_type: 'SOURCE_TRUSTED_FLAGGER', source_identity: 'A flagger' }],
    [
      'with a keyword of its own',
      { category_specification: ['KEYWORD_OTHER'], category_specification_other: 'x' },
    ],
    ['of 5,000 characters', { decision_facts: '😀'.repeat(5000) }],
  ])('%s', (_, change) => {
    expect(statementSchema.safeParse(given(change)).error?.issues).toBeUndefined();
  });
});

describe('a statement is refused', () => {
  it.each<[string, string, Record<string, unknown>]>([
    ['without any restriction', 'decision_visibility', { decision_visibility: undefined }],
    ['with an empty list of restrictions', 'decision_visibility', { decision_visibility: [] }],
    [
      'with a restriction that is no list',
      'decision_visibility',
      { decision_visibility: 'DECISION_VISIBILITY_CONTENT_DISABLED' },
    ],
    [
      'with an unknown restriction',
      'decision_visibility',
      { decision_visibility: ['DECISION_VISIBILITY_HIDDEN'] },
    ],
    [
      'with a restriction twice',
      'decision_visibility',
      { decision_visibility: Array(2).fill('DECISION_VISIBILITY_CONTENT_REMOVED') },
    ],
    [
      'with another restriction, not described',
      'decision_visibility_other',
      { decision_visibility: ['DECISION_VISIBILITY_OTHER'] },
    ],
    [
      'with a description that belongs to nothing',
      'decision_visibility_other',
      { decision_visibility_other: 'Covered.' },
    ],
    [
      'with an unknown monetary restriction',
      'decision_monetary',
      { decision_monetary: 'DECISION_MONETARY_FINE' },
    ],
    [
      'with another monetary restriction, not described',
      'decision_monetary_other',
      { decision_monetary: 'DECISION_MONETARY_OTHER' },
    ],
    ['with an unknown restriction of the service', 'decision_provision', { decision_provision: 'Yes' }],
    ['with an unknown restriction of the account', 'decision_account', { decision_account: 'SUSPENDED' }],
    ['with an unknown kind of account', 'account_type', { account_type: 'ACCOUNT_TYPE_BOT' }],
    ['without facts', 'decision_facts', { decision_facts: undefined }],
    ['with facts of white space', 'decision_facts', { decision_facts: ' \n' }],
    ['with facts of 5,001 characters', 'decision_facts', { decision_facts: 'x'.repeat(5001) }],
    ['without a ground', 'decision_ground', { decision_ground: undefined }],
    ['with an unknown ground', 'decision_ground', { decision_ground: 'DECISION_GROUND_TASTE' }],
    [
      'on legal grounds, not named',
      'illegal_content_legal_ground',
      { ...ILLEGAL, illegal_content_legal_ground: undefined },
    ],
    [
      'on legal grounds, not explained',
      'illegal_content_explanation',
      { ...ILLEGAL, illegal_content_explanation: undefined },
    ],
    [
      'on legal grounds, with contractual ones',
      'incompatible_content_ground',
      { ...ILLEGAL, incompatible_content_ground: 'x' },
    ],
    [
      'on contractual grounds, not named',
      'incompatible_content_ground',
      { incompatible_content_ground: undefined },
    ],
    [
      'on contractual grounds, not explained',
      'incompatible_content_explanation',
      { incompatible_content_explanation: undefined },
    ],
    [
      'on contractual grounds of 501 characters',
      'incompatible_content_ground',
      { incompatible_content_ground: 'x'.repeat(501) },
    ],
    [
      'with an explanation of 2,001 characters',
      'incompatible_content_explanation',
      { incompatible_content_explanation: 'x'.repeat(2001) },
    ],
    [
      'with an address of the ground that is none',
      'decision_ground_reference_url',
      { decision_ground_reference_url: 'terms' },
    ],
    [
      'with a script for an address',
      'decision_ground_reference_url',
      { decision_ground_reference_url: 'javascript:0' },
    ],
    ['without a content type', 'content_type', { content_type: [] }],
    ['with an unknown content type', 'content_type', { content_type: ['CONTENT_TYPE_SMELL'] }],
    ['with another content type, not named', 'content_type_other', { content_type: ['CONTENT_TYPE_OTHER'] }],
    ['with a name for a content type that has one', 'content_type_other', { content_type_other: 'smell' }],
    ['without a category', 'category', { category: undefined }],
    ['with a category of ours', 'category', { category: 'harassment' }],
    ['with a category of the schema before', 'category', { category: 'STATEMENT_CATEGORY_PIRACY' }],
    [
      'with its category a second time',
      'category_addition',
      { category_addition: ['STATEMENT_CATEGORY_CYBER_VIOLENCE'] },
    ],
    ['with an unknown keyword', 'category_specification', { category_specification: ['KEYWORD_RUDE'] }],
    ['with words for no keyword', 'category_specification_other', { category_specification_other: 'rude' }],
    ['without territory', 'territorial_scope', { territorial_scope: [] }],
    ['with a territory outside the EEA', 'territorial_scope', { territorial_scope: ['US'] }],
    ['with a territory twice', 'territorial_scope', { territorial_scope: ['DE', 'DE'] }],
    ['with a language in small letters', 'content_language', { content_language: 'en' }],
    ['with a language that is none', 'content_language', { content_language: 'XQ' }],
    ['without a content date', 'content_date', { content_date: undefined }],
    ['with content of the last century', 'content_date', { content_date: '1999-12-31' }],
    ['with a day that does not exist', 'application_date', { application_date: '2026-02-30' }],
    ['with a time of day', 'application_date', { application_date: '2026-11-29-10' }],
    ['with an application before 2020', 'application_date', { application_date: '2019-12-31' }],
    [
      'with an end before its beginning',
      'end_date_visibility_restriction',
      { end_date_visibility_restriction: '2026-11-28' },
    ],
    [
      'with an end of what does not begin',
      'end_date_account_restriction',
      { end_date_account_restriction: '2026-12-01' },
    ],
    ['without a source', 'source_type', { source_type: undefined }],
    ['with a notifier of our own initiative', 'source_identity', { source_identity: 'Somebody' }],
    ['with a detection that is true', 'automated_detection', { automated_detection: true }],
    ['with a decision that is Yes', 'automated_decision', { automated_decision: 'Yes' }],
    ['without an identifier', 'puid', { puid: undefined }],
    ['with an identifier that holds a slash', 'puid', { puid: 'acme/post-1' }],
    ['with an identifier of 501 characters', 'puid', { puid: 'x'.repeat(501) }],
    ['with a product code of 12 digits', 'content_id', { content_id: { 'EAN-13': '400638133393' } }],
  ])('%s', (_, field, change) => {
    const { error } = statementSchema.safeParse(given(change));
    expect(error?.issues.map(({ path }) => path[0])).toContain(field);
  });

  it('with a field that the list does not have', () => {
    expect(statementSchema.safeParse(given({ url: 'https://acme.example/1' })).success).toBe(false);
  });
});
