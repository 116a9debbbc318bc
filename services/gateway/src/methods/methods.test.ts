import type { Appended, OutgoingRecord } from '@tercet/bus';
import {
  Appeal,
  CaseRecord,
  Decision,
  type GetDecisionResponse,
  Item,
  ItemReport,
  LookupState,
  Review,
} from '@tercet/contracts';
import { DEFAULT_LIMITS } from '@tercet/items';
import { UnavailableError } from '@tercet/kit';
import { describe, expect, it } from 'vitest';
import type { LookUp } from '../lookup.js';
import { Waiters } from '../waiters.js';
import { fileAppeal } from './file-appeal.js';
import { getDecisions } from './get-decisions.js';
import { reportItem } from './report-item.js';
import { submitItem } from './submit-item.js';
import { submitReview } from './submit-review.js';
import { waitForDecision } from './wait-for-decision.js';

const call = (deadlineMs = Number.POSITIVE_INFINITY) => ({
  signal: new AbortController().signal,
  deadlineMs,
});
const decided = (version: bigint, revision: number): GetDecisionResponse => ({
  state: LookupState.DECIDED,
  version,
  revision,
  decision: Decision.fromPartial({ version, revision, itemKey: 'acme/1' }),
  asOfOffset: 5n,
});
const unknown: GetDecisionResponse = {
  state: LookupState.UNKNOWN,
  version: 0n,
  revision: 0,
  decision: undefined,
  asOfOffset: 5n,
};
const asked = { tenant: 'acme', itemId: '1', version: 1n, revision: 0 };

function recorder() {
  const sent: OutgoingRecord[] = [];
  const send = async (record: OutgoingRecord): Promise<Appended> => {
    sent.push(record);
    return { partition: 3, offset: 7n, appendTimeMs: undefined };
  };
  return { sent, send };
}

describe('submitItem', () => {
  const part = { partId: 'p', modality: 'smell', content: { $case: 'text' as const, value: 'x' } };
  const item = Item.fromPartial({ tenant: 'acme', itemId: '1', version: 2n, parts: [part] });

  it('publishes the item under its key and says where it lies', async () => {
    const { sent, send } = recorder();
    const response = await submitItem(send, DEFAULT_LIMITS)({ item }, call());
    expect(response).toEqual({ itemKey: 'acme/1', version: 2n, partition: 3, offset: 7n });
    expect(sent.map((record) => [record.topic, record.key])).toEqual([['items', 'acme/1']]);
    expect(Item.decode(sent[0]?.value ?? new Uint8Array())).toEqual(item);
  });

  it('publishes nothing of an item that cannot be opened', async () => {
    const { sent, send } = recorder();
    const submit = submitItem(send, DEFAULT_LIMITS);
    await expect(submit({ item: { ...item, version: 0n } }, call())).rejects.toMatchObject({
      code: 'bad_version',
    });
    await expect(submit({ item: undefined }, call())).rejects.toMatchObject({ code: 'bad_request' });
    expect(sent).toEqual([]);
  });
});

describe('getDecisions', () => {
  it('answers in the order of the requests', async () => {
    const lookUp: LookUp = async (key) => decided(BigInt(key.slice('acme/'.length)), 1);
    const requests = ['3', '1', '2'].map((itemId) => ({ tenant: 'acme', itemId }));
    const { responses } = await getDecisions(lookUp)({ requests }, call());
    expect(responses.map((response) => response.version)).toEqual([3n, 1n, 2n]);
  });

  it('refuses more than 200, and fails as a whole where one cannot be told', async () => {
    const requests = Array.from({ length: 201 }, (_, n) => ({ tenant: 'acme', itemId: String(n) }));
    const many = getDecisions(async () => unknown);
    await expect(many({ requests }, call())).rejects.toMatchObject({ code: 'bad_request' });
    const broken = getDecisions(async () => {
      throw new UnavailableError('state_rebuilding');
    });
    await expect(broken({ requests: requests.slice(0, 2) }, call())).rejects.toMatchObject({
      code: 'state_rebuilding',
    });
  });
});

describe('waitForDecision', () => {
  const wait = (lookUp: LookUp, waiters = new Waiters(10), maxWaitMs = 60_000) =>
    waitForDecision(lookUp, waiters, maxWaitMs);

  it('answers at once what is decided already', async () => {
    const waiters = new Waiters(10);
    const response = await wait(async () => decided(1n, 1), waiters)(asked, call());
    expect(response.decision).toMatchObject({ version: 1n });
    expect(waiters.count).toBe(0);
  });

  it('sees a decision that comes between registration and look-up', async () => {
    const waiters = new Waiters(10);
    const lookUp: LookUp = async (key) => {
      waiters.settle(key, Decision.fromPartial({ version: 1n, revision: 1 }));
      return unknown;
    };
    const { decision } = await wait(lookUp, waiters)(asked, call());
    expect(decision).toMatchObject({ version: 1n, revision: 1 });
  });

  it('sees a decision that passed the tail before and reached the state after the first look-up', async () => {
    const answers = [unknown, decided(1n, 1)];
    const { decision } = await wait(async () => answers.shift() ?? unknown)(asked, call());
    expect(decision).toMatchObject({ version: 1n, revision: 1 });
  });

  it('ends at the deadline, the caller’s or its own, and leaves no waiter', async () => {
    const waiters = new Waiters(10);
    const never: LookUp = async () => unknown;
    await expect(wait(never, waiters)(asked, call(Date.now() + 20))).rejects.toMatchObject({
      code: 'deadline',
    });
    await expect(wait(never, waiters, 20)(asked, call())).rejects.toMatchObject({ code: 'deadline' });
    expect(waiters.count).toBe(0);
  });

  it('fails where the state cannot tell', async () => {
    const lookUp: LookUp = async () => {
      throw new UnavailableError('redis_unavailable');
    };
    await expect(wait(lookUp)(asked, call())).rejects.toMatchObject({ code: 'redis_unavailable' });
  });

  it('ends when the caller goes', async () => {
    const waiters = new Waiters(10);
    const gone = new AbortController();
    const lookUp: LookUp = async () => {
      gone.abort();
      return unknown;
    };
    const ended = wait(lookUp, waiters)(asked, { signal: gone.signal, deadlineMs: Number.POSITIVE_INFINITY });
    await expect(ended).rejects.toMatchObject({ kind: 'Unavailable' });
    expect(waiters.count).toBe(0);
  });
});

describe('submitReview', () => {
  const review = Review.fromPartial({
    reviewId: 'r',
    itemKey: 'acme/1',
    version: 2n,
    revision: 1,
    action: 'block',
    reviewerId: 'x',
  });

  it('publishes a review of the latest revision', async () => {
    const { sent, send } = recorder();
    const response = await submitReview(async () => decided(2n, 1), send)({ review }, call());
    expect(response).toEqual({ reviewId: 'r' });
    expect(sent.map((record) => [record.topic, record.key])).toEqual([['reviews', 'acme/1']]);
  });

  it.each([
    ['an older revision', decided(2n, 2)],
    ['an older version', decided(3n, 1)],
    ['a version that waits for parts', { ...decided(2n, 1), state: LookupState.PENDING }],
    ['an unknown item', unknown],
  ])('refuses a review of %s', async (_, answer) => {
    const { sent, send } = recorder();
    await expect(submitReview(async () => answer, send)({ review }, call())).rejects.toMatchObject({
      code: 'stale_review',
    });
    expect(sent).toEqual([]);
  });
});

/** The one record that was sent, decoded. */
const caseOf = (sent: readonly OutgoingRecord[]) => {
  expect(sent.map((record) => [record.topic, record.key])).toEqual([['cases', 'acme/1']]);
  return CaseRecord.decode(sent[0]?.value ?? new Uint8Array());
};

describe('reportItem', () => {
  const report = ItemReport.fromPartial({ reportId: 'r', reporterId: 'u', category: 'spam/scam' });

  it('publishes a report, with the time where the caller gave none', async () => {
    const { sent, send } = recorder();
    const before = BigInt(Date.now());
    expect(await reportItem(send)({ tenant: 'acme', itemId: '1', report }, call())).toEqual({
      reportId: 'r',
    });
    const { body } = caseOf(sent);
    expect(body).toMatchObject({ $case: 'report', value: { reporterId: 'u', category: 'spam/scam' } });
    expect(body?.$case === 'report' && body.value.reportedAtMs).toBeGreaterThanOrEqual(before);
  });

  it('keeps the time that the caller gave', async () => {
    const { sent, send } = recorder();
    const request = { tenant: 'acme', itemId: '1', report: { ...report, reportedAtMs: 5n } };
    await reportItem(send)(request, call());
    expect(caseOf(sent).body).toMatchObject({ value: { reportedAtMs: 5n } });
  });

  it('publishes nothing of one that misses something', async () => {
    const { sent, send } = recorder();
    const method = reportItem(send);
    const at = { tenant: 'acme', itemId: '1' };
    await expect(method({ ...at, report: undefined }, call())).rejects.toMatchObject({ code: 'bad_request' });
    await expect(method({ ...at, report: { ...report, reporterId: '' } }, call())).rejects.toMatchObject({
      code: 'bad_report',
    });
    await expect(method({ ...at, tenant: 'a/b', report }, call())).rejects.toMatchObject({
      code: 'bad_tenant',
    });
    expect(sent).toEqual([]);
  });
});

describe('fileAppeal', () => {
  const appeal = Appeal.fromPartial({
    appealId: 'a',
    version: 2n,
    revision: 1,
    appellantId: 'u',
    statement: 'It is satire.',
  });
  const request = { tenant: 'acme', itemId: '1', appeal };

  it('publishes an appeal of the latest revision', async () => {
    const { sent, send } = recorder();
    const response = await fileAppeal(async () => decided(2n, 1), send)(request, call());
    expect(response).toEqual({ appealId: 'a' });
    expect(caseOf(sent).body).toMatchObject({ $case: 'appeal', value: { version: 2n, revision: 1 } });
  });

  it.each([
    ['an older revision', decided(2n, 2)],
    ['an older version', decided(3n, 1)],
    ['a version that waits for parts', { ...decided(2n, 1), state: LookupState.PENDING }],
    ['an unknown item', unknown],
  ])('refuses an appeal of %s', async (_, answer) => {
    const { sent, send } = recorder();
    await expect(fileAppeal(async () => answer, send)(request, call())).rejects.toMatchObject({
      code: 'stale_appeal',
    });
    expect(sent).toEqual([]);
  });

  it('says that it cannot tell, rather than refuse, where the state is being rebuilt', async () => {
    const { sent, send } = recorder();
    const lookUp: LookUp = async () => {
      throw new UnavailableError('state_rebuilding');
    };
    await expect(fileAppeal(lookUp, send)(request, call())).rejects.toMatchObject({
      code: 'state_rebuilding',
    });
    expect(sent).toEqual([]);
  });
});
