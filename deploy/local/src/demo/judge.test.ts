import { Decision, DecisionCause, DecisionStatus } from '@tercet/contracts';
import { expect, it } from 'vitest';
import { checkDecision } from './check.js';
import { renderCoverage, uncoveredIn } from './coverage.js';
import { demoItem, heldBecause, heldWithout } from './items/demo-item.js';
import { image, text } from './items/parts.js';
import { judge } from './judge.js';
import { isGood } from './outcome.js';
import { renderResult } from './render-result.js';
import { resultJson } from './result-json.js';

const plain = (_: string, words: string) => words;
const benign = demoItem('benign', [text('body', 'Good morning')], { action: 'allow' });
const scam = demoItem('scam', [text('body', 'Free prize')], heldBecause('body', 'spam/scam'));
const photo = image('photo', new Uint8Array(3));
const broken = demoItem('broken', [text('body', 'Hello'), photo], heldWithout('photo', 'undecodable_media'));

function decided(itemId: string, change: Parameters<typeof Decision.fromPartial>[0] = {}): Decision {
  return Decision.fromPartial({
    decisionId: itemId,
    itemKey: `demo/${itemId}`,
    version: 1n,
    revision: 1,
    status: DecisionStatus.DECIDED,
    cause: DecisionCause.COMPLETE,
    action: 'allow',
    partsUsed: [{ partId: 'body', modality: 'text' }],
    ...change,
  });
}
const scamReason = { code: 'threshold', action: 'review', category: 'spam/scam', partId: 'body' };
const scamDecision = decided('scam', { action: 'review', reasons: [scamReason] });
const brokenDecision = decided('broken', {
  action: 'review',
  partsMissing: [{ partId: 'photo', modality: 'image', code: 'undecodable_media', state: 'failed' }],
});

it('takes decisions that are as they should be', () => {
  expect(checkDecision(benign, decided('benign'))).toEqual([]);
  expect(checkDecision(scam, scamDecision)).toEqual([]);
  expect(checkDecision(broken, brokenDecision)).toEqual([]);
});

it.each([
  ['none', benign, undefined],
  ['harm allowed', scam, decided('scam')],
  [
    'harm held for another part',
    scam,
    { ...scamDecision, reasons: [{ ...scamDecision.reasons[0], partId: 'x' }] },
  ],
  [
    'harm held for another category',
    scam,
    { ...scamDecision, reasons: [{ ...scamDecision.reasons[0], category: 'hate' }] },
  ],
  ['benign held', benign, decided('benign', { action: 'review' })],
  ['benign not weighed', benign, decided('benign', { partsUsed: [] })],
  [
    'broken used',
    broken,
    decided('broken', { action: 'review', partsUsed: [{ partId: 'body' }, { partId: 'photo' }] }),
  ],
  ['broken allowed', broken, { ...brokenDecision, action: 'allow' }],
  ['another version', benign, decided('benign', { version: 2n })],
  ['superseded', benign, decided('benign', { status: DecisionStatus.SUPERSEDED })],
])('names what is wrong: %s', (_, demo, decision) => {
  expect(checkDecision(demo, decision as Decision | undefined)).not.toEqual([]);
});

it('takes a part that no head reads for not covered, and a stale head set for wrong', () => {
  const missing = [{ partId: 'body', modality: 'text', code: 'no_head', state: 'unusable' }];
  const stale = decided('benign', { partsUsed: [], partsMissing: missing });
  expect(checkDecision(benign, stale)).not.toEqual([]);
  const reasons = [{ code: 'not_covered', action: 'allow', partId: 'body', modality: 'text' }];
  expect(checkDecision(benign, { ...stale, reasons: Decision.fromPartial({ reasons }).reasons })).toEqual([]);
});

it('finds what no part was scored for', () => {
  const gap = (partId: string, categories: string[]) => ({
    partId,
    modality: 'image',
    code: 'no_head',
    categories,
  });
  const two = decided('x', {
    partsUsed: [{ partId: 'a' }, { partId: 'b' }],
    notCovered: [gap('a', ['hate', 'spam/scam']), gap('b', ['spam/scam', 'violence'])],
  });
  expect(uncoveredIn(two)).toEqual(new Set(['spam/scam']));
  expect(uncoveredIn(decided('x', { partsUsed: [], notCovered: [gap('a', [])] }))).toBe('all');
  expect(uncoveredIn(decided('x'))).toEqual(new Set());
});

const answers = [
  [benign, decided('benign')],
  [scam, scamDecision],
  [broken, brokenDecision],
] as const;
const entry = (decision: Decision, offset: number) => ({
  key: decision.itemKey,
  decision,
  partition: 0,
  offset: BigInt(offset),
  timestampMs: 0n,
  timings: JSON.stringify({ decidedAtMs: 1500 }),
  traceparent: '',
});
const letter = {
  ...{ key: 'demo/undecodable', code: 'undecodable', detail: '', service: 'intake', topic: 'items' },
  ...{ partition: 4, offset: 0n, sizeBytes: 8, atMs: 0n },
};
const evidence = {
  answers,
  log: answers.map(([, decision], index) => entry(decision, index)),
  letters: [letter],
  expectedLetter: letter,
  sentAtMs: new Map(answers.map(([demo]) => [demo, 1000])),
};

it('writes the result as promised', () => {
  const result = judge(evidence);
  expect(isGood(result)).toBe(true);
  expect(JSON.parse(resultJson(result))).toEqual({
    items: [
      {
        id: 'benign',
        version: 1,
        modalities: ['text'],
        action: 'allow',
        missing: [],
        latency_ms: 500,
        decisions: 1,
      },
      {
        id: 'scam',
        version: 1,
        modalities: ['text'],
        action: 'review',
        missing: [],
        latency_ms: 500,
        decisions: 1,
      },
      {
        ...{ id: 'broken', version: 1, modalities: ['text', 'image'], action: 'review' },
        ...{ missing: ['image'], latency_ms: 500, decisions: 1 },
      },
    ],
    lost: 0,
    duplicates: 0,
    dead_letters: 1,
  });
  const text = renderResult(result, plain);
  expect(text).toContain('3 of 3 item versions ended as they should');
  expect(text).toContain('photo: undecodable_media');
});

it('fails for a lost item, a second decision, and a dead letter too few or too many', () => {
  const log = evidence.log;
  const without = judge({ ...evidence, log: log.slice(1) });
  expect(without).toMatchObject({ lost: 1, duplicates: 0 });
  const [first] = log;
  const again = first?.decision && entry({ ...first.decision, revision: 2 }, 9);
  const twice = judge({ ...evidence, log: again ? [...log, again] : log });
  expect(twice).toMatchObject({ lost: 0, duplicates: 1 });
  const none = judge({ ...evidence, letters: [], expectedLetter: undefined });
  const more = judge({ ...evidence, letters: [letter, letter] });
  const other = judge({ ...evidence, expectedLetter: { ...letter, code: 'wrong_field' } });
  for (const result of [without, twice, none, more, other]) expect(isGood(result)).toBe(false);
});

it('says what nobody looked for in items of one modality alone', () => {
  const alone = demoItem('alone', [photo], { action: 'allow' });
  const decision = decided('alone', {
    partsUsed: [{ partId: 'photo', modality: 'image' }],
    notCovered: [{ partId: 'photo', modality: 'image', code: 'no_head', categories: ['hate', 'violence'] }],
  });
  const result = judge({
    ...evidence,
    answers: [[alone, decision]],
    log: [entry(decision, 0)],
    sentAtMs: new Map([[alone, 1000]]),
  });
  expect(renderCoverage(result.outcomes, ['image', 'audio'], 100)).toBe(
    'In items of image alone nobody looked for: hate, violence.',
  );
});
