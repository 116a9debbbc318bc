import type { DecisionSummary } from '../../src/api/decisions.js';
import type { ItemPage, PartView } from '../../src/api/items.js';
import type { CaseSummary } from '../../src/api/review.js';

const ACTIONS = ['allow', 'allow', 'allow', 'flag', 'review', 'allow', 'block'];
const start = Date.now();

export function summary(seq: number, change: Partial<DecisionSummary> = {}): DecisionSummary {
  const action = ACTIONS[seq % ACTIONS.length] ?? 'allow';
  const flagged = action !== 'allow';
  return {
    seq,
    decisionId: `d${seq}`.padEnd(32, '0'),
    tenant: seq % 3 === 0 ? 'acme' : 'harbour',
    itemId: `post-${1000 + seq}`,
    version: 1,
    revision: 1,
    status: 'decided',
    cause: 'complete',
    action,
    modifiers: action === 'block' ? ['escalate'] : [],
    topCategory: flagged ? 'spam/scam' : null,
    topScore: flagged ? 0.5 + (seq % 50) / 100 : null,
    severity: flagged ? 2 + (seq % 6) : 0,
    categories: flagged ? ['spam/scam'] : [],
    modalities: seq % 4 === 0 ? ['text', 'image'] : seq % 9 === 0 ? ['audio'] : ['text'],
    missing: seq % 11 === 0 ? ['image'] : [],
    languages: ['en'],
    conflict: seq % 8 === 0,
    uncertainty: 0.2,
    policyId: 'default',
    policyVersion: '2',
    human: seq % 13 === 0,
    decidedAtMs: start - (60 - seq) * 1000,
    latencyMs: 300 + (seq % 17) * 90,
    restricted: seq % 29 === 0,
    ...change,
  };
}

const TEXT =
  'You have won a new phone! Send your card number to claim the prize today, or it goes to somebody else.';
const READ = 'CLAIM YOUR PRIZE\nSEND MONEY TODAY';
const SPOKEN = 'Hello, this is your bank. Read me the code that we have just sent.';

function part(
  change: Partial<PartView> & Pick<PartView, 'partId' | 'modality'>,
  text: string | null,
): PartView {
  return {
    mediaType: '',
    language: 'en',
    state: 'used',
    code: '',
    sourcePartId: '',
    confidence: null,
    content: {
      state: 'available',
      url: `/content/${change.partId}`,
      expiresAtMs: Date.now() + 60_000,
      text,
    },
    found: [],
    ...change,
  };
}

const box = (y: number) => [
  { x: 0.1, y },
  { x: 0.88, y: y - 0.02 },
  { x: 0.88, y: y + 0.14 },
  { x: 0.1, y: y + 0.16 },
];

const PARTS: readonly PartView[] = [
  part({ partId: 'body', modality: 'text' }, TEXT),
  part({ partId: 'photo', modality: 'image', mediaType: 'image/svg+xml', language: '' }, null),
  part(
    {
      partId: 'photo/ocr',
      modality: 'text',
      sourcePartId: 'photo',
      confidence: 0.91,
      found: [
        { start: 0, end: 16, box: box(0.2), startMs: null, endMs: null, confidence: 0.95 },
        { start: 17, end: 33, box: box(0.55), startMs: null, endMs: null, confidence: 0.88 },
      ],
    },
    READ,
  ),
  part({ partId: 'voice', modality: 'audio', mediaType: 'audio/wav' }, null),
  part(
    {
      partId: 'voice/speech',
      modality: 'text',
      sourcePartId: 'voice',
      confidence: 0.84,
      found: [
        { start: 0, end: 25, box: null, startMs: 200, endMs: 1400, confidence: 0.9 },
        { start: 26, end: 67, box: null, startMs: 1500, endMs: 2900, confidence: 0.8 },
      ],
    },
    SPOKEN,
  ),
  part(
    {
      partId: 'clip',
      modality: 'image',
      state: 'failed',
      code: 'undecodable_media',
      content: { state: 'expired' },
    },
    null,
  ),
];

export function itemPage(
  decision: DecisionSummary,
  history: readonly DecisionSummary[],
  openCase: CaseSummary,
): ItemPage {
  const restricted = decision.restricted;
  return {
    decision,
    raw: { itemKey: `${decision.tenant}/${decision.itemId}`, version: '1', action: decision.action },
    context: { authorId: 'author-81', locale: 'en-GB', surface: 'post', reach: 12_400, reports: 4 },
    parts: restricted ? PARTS.map((one) => ({ ...one, content: { state: 'withheld' }, found: [] })) : PARTS,
    categories: [
      category('spam/scam', 0.93, 0.85, 3, true, [
        ['body', 0.88, 0.55],
        ['photo/ocr', 0.74, 0.3],
        ['voice/speech', 0.4, 0.15],
      ]),
      category('harassment', 0.12, 0.5, 0, false, [
        ['body', 0.1, 0.7],
        ['voice/speech', 0.05, 0.3],
      ]),
      category('self-harm', 0.003, 0.6, 0, false, [['body', 0.003, 1]]),
    ],
    reasons: [
      reason('threshold', 'review', 'body', 0.93, 0.85),
      reason('incomplete', 'review', 'clip', null, null),
    ],
    conflicts: [
      { category: 'spam/scam', highPartId: 'body', highScore: 0.88, lowPartId: 'photo', lowScore: 0.04 },
    ],
    notCovered: [{ modality: 'audio', partId: 'voice', code: 'no_head', categories: [] }],
    models: [
      { name: 'text-encoder', version: '1', digest: 'a1b2c3d4e5f60718'.repeat(4) },
      { name: 'ocr-reader', version: '2', digest: '0f1e2d3c4b5a6978'.repeat(4) },
    ],
    headSet: { id: 'default', digest: '77aa55cc33ee11bb'.repeat(4) },
    timings: {
      openedAtMs: start - 4000,
      deadlineMs: start + 6000,
      lastPartAtMs: start - 1300,
      decidedAtMs: start - 1150,
      parts: [
        { partId: 'body', embeddedAtMs: start - 3800 },
        { partId: 'photo', embeddedAtMs: start - 3100 },
        { partId: 'photo/ocr', embeddedAtMs: start - 2500 },
        { partId: 'voice', embeddedAtMs: start - 2900 },
        { partId: 'voice/speech', embeddedAtMs: start - 1300 },
      ],
    },
    history,
    reviews: [
      {
        reviewId: 'r1',
        reviewerId: 'local-5a1c',
        kind: 'queue',
        action: 'allow',
        categories: [],
        note: 'The shop is known, the prize is real.',
        judgedVersion: 1,
        judgedRevision: 1,
        reviewedAtMs: start - 600_000,
        state: 'applied',
      },
    ],
    appeals: [
      {
        appealId: 'a1',
        version: 1,
        revision: 2,
        statement: 'This is my own raffle, for the school.',
        filedAtMs: start - 300_000,
        outcome: 'open',
      },
    ],
    openCase: { id: openCase.id, queue: openCase.queue, claimedBy: openCase.claimedBy, expiresAtMs: null },
    publicReason:
      'The post asks for card details in exchange for a prize, which our rules on fraud do not allow.',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    traceUrl: null,
  };
}

function category(
  name: string,
  score: number,
  threshold: number,
  severity: number,
  flagged: boolean,
  contributions: readonly (readonly [string, number, number])[],
): ItemPage['categories'][number] {
  return {
    category: name,
    flagged,
    score,
    threshold,
    severity,
    contributions: contributions.map(([partId, one, share]) => ({
      partId,
      score: one,
      share,
      span: partId === 'body' ? { unit: 'code_point', start: 26, end: 74 } : null,
    })),
  };
}

function reason(
  code: string,
  action: string,
  partId: string,
  score: number | null,
  threshold: number | null,
) {
  const category = score === null ? '' : 'spam/scam';
  return {
    code,
    action,
    category,
    partId,
    modality: 'text',
    score,
    threshold,
    rule: '',
    box: null,
    span: null,
  };
}

export function caseOf(decision: DecisionSummary): CaseSummary {
  return {
    id: `case-${decision.seq}`,
    queue: 'general',
    kind: decision.seq % 5 === 0 ? 'appeal' : 'review',
    tenant: decision.tenant,
    itemId: decision.itemId,
    version: decision.version,
    revision: decision.revision,
    action: 'review',
    topCategory: 'spam/scam',
    severity: decision.severity,
    reach: 100 + ((decision.seq * 977) % 20_000),
    reports: decision.seq % 6,
    openedAtMs: start - decision.seq * 41_000,
    priority: 40 - decision.seq / 3,
    claimedBy: null,
    leaseExpiresAtMs: null,
    preserved: false,
  };
}

export const words = (text: string) =>
  [...text.matchAll(/[\p{L}']+/gu)].map(({ index, 0: word }) => ({
    start: index,
    end: index + word.length,
    weight: { card: 0.31, won: 0.12, prize: 0.2, number: 0.16, phone: -0.04 }[word.toLowerCase()] ?? 0.003,
  }));

export const explained = {
  category: 'spam/scam',
  partId: 'body',
  score: 0.88,
  approximate: true,
  words: words(TEXT),
};
