import { Decision, DecisionStatus, SpanUnit } from '@tercet/contracts';
import { describe, expect, it } from 'vitest';
import { madeHeads, STRANGER } from '../fixtures/made-heads.js';
import { colours, empty, failed, madeItem, pending, picture, words } from '../fixtures/made-items.js';
import { decide } from './decide.js';

const RED = [1, 0] as const;
const GREEN = [0, 1] as const;
const GREY = [-1, -1] as const;
const heads = madeHeads();
const policy = colours();

describe('decide', () => {
  it('scores, explains and acts on a red text', () => {
    const decision = decide(madeItem([{ id: 't', outcome: words([RED]) }]), policy, heads);
    expect(decision).toMatchObject({
      status: DecisionStatus.DECIDED,
      tenant: 'tenant',
      itemId: 'item-1',
      version: 2n,
      action: 'block',
      modifiers: ['blur', 'label'],
      flagged: true,
      modalitiesUsed: ['text'],
      modalitiesMissing: [],
      severitySource: 'policy',
      appliedOffset: 77n,
      policy: { id: 'colours', version: '3' },
      headSet: { id: 'colours' },
    });
    expect(
      decision.categories.map(({ category, flagged, severity }) => ({ category, flagged, severity })),
    ).toEqual([
      { category: 'green', flagged: false, severity: 0 },
      { category: 'red', flagged: true, severity: 4 },
    ]);
    const red = decision.categories[1];
    expect(red?.score).toBeCloseTo(1 / (1 + Math.exp(-4)), 5);
    expect(red?.threshold).toBe(0.97);
    expect(red?.contributions).toEqual([{ partId: 't', score: red?.score, share: 1, span: undefined }]);
    expect(decision.reasons[0]).toMatchObject({
      code: 'threshold',
      action: 'block',
      category: 'red',
      partId: 't',
    });
    expect(decision.models).toEqual([{ name: 'words', version: '1', digest: 'a'.repeat(64) }]);
    expect(decision.partsUsed[0]?.vectors).toHaveLength(1);
  });

  it('lists what nothing covers instead of scoring it 0', () => {
    const decision = decide(
      madeItem([{ id: 'p', modality: 'image', outcome: picture([0.2]) }]),
      policy,
      heads,
    );
    expect(decision.categories.map(({ category }) => category)).toEqual(['red']);
    expect(decision.notCovered).toEqual([
      {
        modality: 'image',
        partId: 'p',
        code: 'no_head',
        categories: ['blue', 'green'],
        truncation: undefined,
      },
    ]);
    expect(decision.action).toBe('allow');
  });

  it('allows a modality that no head reads, and says so', () => {
    const audio = { id: 'a', modality: 'audio', outcome: words([RED], { digest: STRANGER }) };
    const decision = decide(madeItem([audio]), policy, heads);
    expect(decision).toMatchObject({
      action: 'allow',
      categories: [],
      flagged: false,
      modalitiesMissing: ['audio'],
    });
    expect(decision.partsMissing).toMatchObject([{ partId: 'a', code: 'no_head', state: 'unusable' }]);
    expect(decision.notCovered).toMatchObject([{ partId: 'a', code: 'no_head', categories: [] }]);
    expect(decision.reasons).toMatchObject([{ code: 'not_covered', action: 'allow', partId: 'a' }]);
  });

  it('treats an encoder that the heads do not know as incomplete', () => {
    const stranger = { id: 't', outcome: words([RED], { digest: STRANGER }) };
    const decision = decide(madeItem([stranger]), policy, heads);
    expect(decision).toMatchObject({ action: 'block', categories: [] });
    expect(decision.reasons).toMatchObject([{ code: 'incomplete', rule: 'no_head', partId: 't' }]);
  });

  it('refuses vectors of another dimension and values that are not finite', () => {
    for (const outcome of [
      words([[Number.NaN, 1]]),
      words([[Number.POSITIVE_INFINITY, 1]]),
      shortened(words([RED])),
    ]) {
      const decision = decide(madeItem([{ id: 't', outcome }]), policy, heads);
      expect(decision.partsMissing).toMatchObject([{ code: 'no_head', state: 'unusable' }]);
      expect(decision.categories).toEqual([]);
    }
  });

  it('says what is missing and why', () => {
    const decision = decide(
      madeItem([
        { id: 'd', modality: 'audio', outcome: pending('overload') },
        { id: 'c', outcome: pending() },
        { id: 'b', modality: 'image', outcome: failed('undecodable_media') },
        { id: 'a', modality: 'text', outcome: empty('empty_text') },
      ]),
      policy,
      heads,
    );
    expect(decision.partsMissing).toEqual([
      { partId: 'a', modality: 'text', code: 'empty_text', state: 'empty', detail: '' },
      { partId: 'b', modality: 'image', code: 'undecodable_media', state: 'failed', detail: 'why' },
      { partId: 'c', modality: 'text', code: 'timeout', state: 'pending', detail: '' },
      { partId: 'd', modality: 'audio', code: 'overload', state: 'pending', detail: '' },
    ]);
    expect(decision).toMatchObject({
      action: 'review',
      modifiers: ['escalate'],
      modalitiesMissing: ['audio', 'image', 'text'],
    });
    expect(decision.notCovered.map(({ partId, code }) => `${partId} ${code}`)).toEqual([
      'b failed',
      'a empty',
    ]);
  });

  it('does not score a language that the heads do not serve, and does where it is unknown', () => {
    const german = decide(
      madeItem([{ id: 't', outcome: words([RED], { language: 'de-AT' }) }]),
      policy,
      heads,
    );
    expect(german).toMatchObject({ action: 'review', categories: [] });
    expect(german.partsMissing).toMatchObject([{ code: 'language_not_served', state: 'unusable' }]);
    expect(german.notCovered).toMatchObject([{ code: 'language' }]);
    const declared = decide(madeItem([{ id: 't', language: 'de', outcome: words([RED]) }]), policy, heads);
    expect(declared.categories).toEqual([]);
    for (const language of ['', 'und', 'en-GB', 'EN']) {
      const served = decide(madeItem([{ id: 't', outcome: words([RED], { language }) }]), policy, heads);
      expect(served.categories).toHaveLength(2);
    }
  });

  it('reports truncation and lets the policy act on it', () => {
    const truncated = [{ code: 'max_windows', span: { unit: SpanUnit.CODE_POINT, start: 900n, end: 5000n } }];
    const decision = decide(madeItem([{ id: 't', outcome: words([GREY], { truncated }) }]), policy, heads);
    expect(decision.action).toBe('review');
    expect(decision.reasons).toMatchObject([{ code: 'truncated', rule: 'max_windows' }]);
    expect(decision.notCovered[0]).toMatchObject({ code: 'truncated', truncation: truncated[0] });
  });

  it('names the window that scored highest', () => {
    const decision = decide(madeItem([{ id: 't', outcome: words([GREY, RED, GREY]) }]), policy, heads);
    const window = { unit: SpanUnit.CODE_POINT, start: 100n, end: 220n };
    expect(decision.categories[1]?.contributions[0]?.span).toEqual(window);
    expect(decision.reasons[0]?.evidence).toEqual({ span: window, box: undefined, confidence: 1 });
  });

  it('reports a conflict, with both parts', () => {
    const decision = decide(
      madeItem([
        { id: 't', outcome: words([GREY]) },
        { id: 'p', modality: 'image', outcome: picture([0.95]) },
      ]),
      policy,
      heads,
    );
    expect(decision.conflicts).toMatchObject([{ category: 'red', highPartId: 'p', lowPartId: 't' }]);
    expect(decision.reasons.some(({ code, action }) => code === 'conflict' && action === 'flag')).toBe(true);
    expect(decision.categories[1]?.appliedInputTypes).toEqual(['image', 'text']);
  });

  it('weighs text that was read from a picture by its confidence, and shows where it stood', () => {
    const derivation = {
      sourcePartId: 'p',
      kind: 'ocr',
      confidence: 0.7,
      spans: [
        { text: { unit: SpanUnit.CODE_POINT, start: 0n, end: 10n }, evidence: boxAt(0.1) },
        { text: { unit: SpanUnit.CODE_POINT, start: 10n, end: 20n }, evidence: boxAt(0.5) },
      ],
      truncated: [],
    };
    const read = decide(
      madeItem([{ id: 'p/ocr', source: 'p', outcome: words([RED], { derivation }) }]),
      policy,
      heads,
    );
    const sure = 1 / (1 + Math.exp(-4));
    expect(read.categories[1]?.score).toBeCloseTo(0.7 * sure + 0.3 * 0.05, 5);
    const [reason] = read.reasons;
    expect(reason?.evidence?.confidence).toBe(0.7);
    expect(reason?.evidence?.box?.corners).toEqual([
      { x: 0.1, y: 0.1 },
      { x: 0.7, y: 0.1 },
      { x: 0.7, y: 0.7 },
      { x: 0.1, y: 0.7 },
    ]);
    expect(read.partsUsed[0]?.derivation).toEqual({ ...derivation, spans: [] });
  });

  it('applies overrides by surface, raises severity by condition, and meets conditions over scores', () => {
    const mild = [{ id: 'p', modality: 'image', outcome: picture([0.3]) }];
    expect(decide(madeItem(mild), policy, heads).action).toBe('allow');
    const message = decide(madeItem(mild, { surface: 'message', reach: 500n }), policy, heads);
    expect(message).toMatchObject({ action: 'flag', flagged: true });
    expect(message.categories[0]).toMatchObject({ threshold: 0.2, severity: 6 });
    const both = decide(madeItem([{ id: 't', outcome: words([RED, GREEN]) }]), policy, heads);
    expect(both.reasons.some(({ code, rule }) => code === 'condition' && rule === 'red-and-green')).toBe(
      true,
    );
  });

  it('asks for review where a condition cannot be evaluated', () => {
    const broken = colours(
      (text) => `${text}  - { name: bare, when: 'scores["blue"] > 0.5', action: block }\n`,
    );
    const decision = decide(madeItem([{ id: 't', outcome: words([GREY]) }]), broken, heads);
    expect(decision.reasons).toMatchObject([{ code: 'condition', rule: 'bare', action: 'review' }]);
  });

  it('is most uncertain on a threshold', () => {
    const at = (score: number) =>
      decide(madeItem([{ id: 'p', modality: 'image', outcome: picture([score]) }]), policy, heads);
    expect(at(0.5).uncertainty).toBeGreaterThan(0.99);
    expect(at(0.5).reasons.some(({ code }) => code === 'uncertain')).toBe(true);
    expect(at(0.02).uncertainty).toBe(0);
  });

  it('sends an item whose policy or heads are not known to review', () => {
    const item = madeItem([{ id: 't', outcome: words([RED]) }]);
    const noPolicy = decide(item, undefined, heads);
    expect(noPolicy).toMatchObject({ action: 'review', flagged: false });
    expect(noPolicy.reasons).toMatchObject([{ code: 'policy_not_found' }]);
    const noHeads = decide(item, policy, undefined);
    expect(noHeads).toMatchObject({ action: 'review', categories: [] });
    expect(noHeads.reasons[0]).toMatchObject({ code: 'incomplete', rule: 'head_set_not_found' });
  });

  it('encodes to bytes that decode to itself', () => {
    const decision = decide(
      madeItem([
        { id: 't', outcome: words([RED, GREY]) },
        { id: 'p', modality: 'image', outcome: picture([0.9, 0.1]) },
        { id: 'q', modality: 'image', outcome: failed('too_large') },
      ]),
      policy,
      heads,
    );
    const bytes = Decision.encode(decision).finish();
    expect(Decision.encode(Decision.decode(bytes)).finish()).toEqual(bytes);
  });
});

function boxAt(corner: number) {
  const far = corner + 0.2;
  const corners = [
    { x: corner, y: corner },
    { x: far, y: corner },
    { x: far, y: far },
    { x: corner, y: far },
  ];
  return { span: undefined, box: { corners }, confidence: 0.7 };
}

function shortened(outcome: ReturnType<typeof words>) {
  if (outcome.kind !== 'embedded') return outcome;
  for (const embedding of outcome.record.embeddings) {
    for (const vector of embedding.vectors) vector.data = vector.data.slice(0, 5);
  }
  return outcome;
}
