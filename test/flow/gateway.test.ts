import { credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import {
  type Decision,
  DecisionCause,
  DecisionStatus,
  type GetDecisionResponse,
  type GetDecisionsResponse,
  Item,
  ItemOperation,
  LookupState,
  ModerationServiceClient,
  Review,
  type SubmitItemResponse,
  type WaitForDecisionResponse,
} from '@tercet/contracts';
import { startTestStack, type TestStack, waitFor } from '@tercet/harness';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Decided without any encoder: its one part cannot be used. */
const broken = (itemId: string, version = 1n) =>
  Item.fromPartial({
    tenant: 'acme',
    itemId,
    version,
    parts: [{ partId: 'p', modality: 'smell', content: { $case: 'inline', value: new Uint8Array([1]) } }],
  });
/** Waits for an encoder that does not run here. */
const waiting = (itemId: string, version = 1n) =>
  Item.fromPartial({
    tenant: 'acme',
    itemId,
    version,
    windowMs: 600_000n,
    parts: [{ partId: 'p', modality: 'text', content: { $case: 'text', value: 'good morning' } }],
  });
const at = (itemId: string) => ({ tenant: 'acme', itemId });

describe('the gateway', () => {
  let stack: TestStack;
  let client: ModerationServiceClient;

  beforeAll(async () => {
    stack = await startTestStack('gateway', { services: ['intake', 'fusion', 'gateway'] });
    client = new ModerationServiceClient(stack.grpcAddress, credentials.createInsecure(), {
      'grpc.max_send_message_length': -1,
    });
    await waitFor('the join to know its partitions', async () => {
      const { state } = await lookUp('nobody');
      return state === LookupState.UNKNOWN;
    });
  });
  afterAll(async () => {
    client?.close();
    await stack?.stop();
  });

  type Answer<T> = (error: ServiceError | null, response: T) => void;
  type Call<T> = (metadata: Metadata, options: { deadline: number }, answer: Answer<T>) => unknown;
  const call = <T>(start: Call<T>, timeoutMs = 60_000) =>
    new Promise<T>((resolve, reject) => {
      start(new Metadata(), { deadline: Date.now() + timeoutMs }, (error, response) =>
        error ? reject(error) : resolve(response),
      );
    });
  const submit = (item: Item) => call<SubmitItemResponse>((...rest) => client.submitItem({ item }, ...rest));
  const lookUp = (itemId: string) =>
    call<GetDecisionResponse>((...rest) => client.getDecision(at(itemId), ...rest));
  const wait = async (
    itemId: string,
    version: bigint,
    revision = 0,
    timeoutMs = 60_000,
  ): Promise<Decision> => {
    const request = { ...at(itemId), version, revision };
    const { decision } = await call<WaitForDecisionResponse>(
      (...rest) => client.waitForDecision(request, ...rest),
      timeoutMs,
    );
    if (!decision) throw new Error('answered without a decision');
    return decision;
  };
  const review = (change: Partial<Review>) =>
    call((...rest) =>
      client.submitReview(
        {
          review: Review.fromPartial({
            reviewId: 'r1',
            version: 1n,
            revision: 1,
            action: 'block',
            reviewerId: 'reviewer-1',
            ...change,
          }),
        },
        ...rest,
      ),
    );
  const failure = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => {
        throw new Error('expected the call to fail');
      },
      (thrown: ServiceError) => thrown,
    );
    return [error.code, error.metadata?.get('tercet-code')[0] ?? ''];
  };

  it('submits an item, waits for its decision and finds it again', async () => {
    const receipt = await submit(broken('one'));
    expect(receipt).toMatchObject({ itemKey: 'acme/one', version: 1n });
    expect(receipt.offset).toBeGreaterThanOrEqual(0n);
    const decision = await wait('one', 1n);
    expect(decision).toMatchObject({
      itemKey: 'acme/one',
      version: 1n,
      revision: 1,
      status: DecisionStatus.DECIDED,
      cause: DecisionCause.COMPLETE,
    });
    expect(decision.partsMissing).toMatchObject([{ partId: 'p', code: 'unknown_modality' }]);
    const found = await waitFor('the look-up to show the decision', async () => {
      const answer = await lookUp('one');
      return answer.state === LookupState.DECIDED && answer;
    });
    expect(found.decision).toEqual(decision);
  });

  it('answers pending and unknown, in the order of the requests', async () => {
    await submit(waiting('slow'));
    await waitFor('the item to be pending', async () => (await lookUp('slow')).state === LookupState.PENDING);
    const requests = ['nobody', 'slow', 'one', 'slow'].map(at);
    const { responses } = await call<GetDecisionsResponse>((...rest) =>
      client.getDecisions({ requests }, ...rest),
    );
    expect(responses.map((response) => response.state)).toEqual([
      LookupState.UNKNOWN,
      LookupState.PENDING,
      LookupState.DECIDED,
      LookupState.PENDING,
    ]);
    expect(responses.map((response) => response.version)).toEqual([0n, 1n, 1n, 1n]);
  });

  it('ends a wait at the caller’s deadline', async () => {
    await submit(waiting('never'));
    const [code] = await failure(wait('never', 1n, 0, 500));
    expect(code).toBe(status.DEADLINE_EXCEEDED);
  });

  it('answers many waits, each with its own item', async () => {
    const ids = Array.from({ length: 30 }, (_, n) => `many-${n}`);
    const waits = ids.map((id) => wait(id, 1n));
    for (const id of ids) await submit(broken(id));
    expect((await Promise.all(waits)).map((decision) => decision.itemId)).toEqual(ids);
  });

  it('waits for the version that was asked for, not an older one', async () => {
    await submit(broken('edited', 1n));
    await wait('edited', 1n);
    const second = wait('edited', 2n);
    await submit(broken('edited', 2n));
    expect((await second).version).toBe(2n);
  });

  it('refuses what intake would refuse, with the same code, and publishes none of it', async () => {
    expect(await failure(submit(broken('x', 0n)))).toEqual([status.INVALID_ARGUMENT, 'bad_version']);
    expect(await failure(submit({ ...broken('x'), parts: [] }))).toEqual([
      status.INVALID_ARGUMENT,
      'no_parts',
    ]);
    expect(await failure(submit({ ...broken('x'), tenant: 'a/b' }))).toEqual([
      status.INVALID_ARGUMENT,
      'bad_tenant',
    ]);
    const many = Array.from({ length: 201 }, (_, n) => at(`n${n}`));
    expect(await failure(call((...rest) => client.getDecisions({ requests: many }, ...rest)))).toEqual([
      status.INVALID_ARGUMENT,
      'bad_request',
    ]);
    const huge = Item.fromPartial({
      ...broken('x'),
      parts: [
        { partId: 'p', modality: 'image', content: { $case: 'inline', value: new Uint8Array(25 << 20) } },
      ],
    });
    expect((await failure(submit(huge)))[0]).toBe(status.RESOURCE_EXHAUSTED);
    expect((await lookUp('x')).state).toBe(LookupState.UNKNOWN);
  });

  it('takes an item of many megabytes', async () => {
    const value = new Uint8Array(15 << 20).fill(7);
    const item = Item.fromPartial({
      ...waiting('large'),
      parts: [{ partId: 'p', modality: 'image', content: { $case: 'inline', value } }],
    });
    await submit(item);
    await waitFor(
      'the item to be pending',
      async () => (await lookUp('large')).state === LookupState.PENDING,
    );
  });

  it('takes a review of the latest revision alone, and a human has the last word', async () => {
    await submit(broken('judged'));
    const first = await wait('judged', 1n);
    await waitFor('the look-up to show the decision', async () => {
      return (await lookUp('judged')).state === LookupState.DECIDED;
    });
    const itemKey = 'acme/judged';
    expect(await failure(review({ itemKey, revision: 2 }))).toEqual([
      status.FAILED_PRECONDITION,
      'stale_review',
    ]);
    expect(await failure(review({ itemKey, action: 'delete' }))).toEqual([
      status.INVALID_ARGUMENT,
      'bad_review',
    ]);
    expect(first.action).not.toBe('block');
    await review({ itemKey });
    const second = await wait('judged', 1n, 2);
    expect(second).toMatchObject({ revision: 2, action: 'block', cause: DecisionCause.REVIEW });
    expect(second.human).toMatchObject({ reviewId: 'r1', judgedRevision: 1 });
    await waitFor('the look-up to show the review', async () => (await lookUp('judged')).revision === 2);
    expect(await failure(review({ itemKey, reviewId: 'r2' }))).toEqual([
      status.FAILED_PRECONDITION,
      'stale_review',
    ]);
  });

  it('erases', async () => {
    await submit(broken('gone'));
    await wait('gone', 1n);
    await submit(Item.fromPartial({ ...broken('gone'), parts: [], operation: ItemOperation.ERASE }));
    const erased = await wait('gone', 1n, 2);
    expect(erased).toMatchObject({ status: DecisionStatus.ERASED, partsUsed: [], categories: [] });
  });

  it('tells waiting callers to ask another one when it drains', async () => {
    await submit(waiting('patient'));
    const answer = failure(wait('patient', 1n));
    const gateway = stack.service('gateway');
    await waitFor('the call to wait', async () => {
      return /^tercet_gateway_waiters\S* [1-9]/m.test(await gateway.metrics());
    });
    await gateway.stop();
    expect(await answer).toEqual([status.UNAVAILABLE, 'draining']);
    expect(gateway.gone).toBe('exit code 0');
  });
});
