import type { Broker } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TransactionAhead, type TransactionCoordinator } from './transaction-ahead.js';

const place = { topic: 'x.decisions', partition: 3 };
const request = {
  transactionalId: 'x.fusion-3',
  producerId: '7',
  producerEpoch: 2,
  topics: [{ topic: place.topic, partitions: [place.partition] }],
};
const other = { ...request, topics: [{ topic: 'x.other', partitions: [0] }] };
const error = new Error('CONCURRENT_TRANSACTIONS');

/** A coordinator as kafkajs sees it, and what it was sent. */
function made() {
  const sent: string[] = [];
  const answers: (() => Promise<unknown>)[] = [];
  const coordinator: TransactionCoordinator = {
    addPartitionsToTxn: async ({ topics }) => {
      sent.push(`add ${topics[0]?.topic}`);
      await answers.shift()?.();
    },
    endTxn: async ({ producerEpoch, transactionResult }) => {
      sent.push(`end ${producerEpoch} ${transactionResult}`);
    },
  };
  const ahead = new TransactionAhead(place);
  ahead.observe(coordinator as unknown as Broker);
  return { ahead, coordinator, sent, answers };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('TransactionAhead', () => {
  it('asks for what kafkajs will ask for, once for each transaction', async () => {
    const { ahead, coordinator, sent } = made();
    // Whose producer it is, is known from the first transaction on.
    ahead.announce();
    await coordinator.addPartitionsToTxn(request);
    expect(sent).toHaveLength(1);
    ahead.announce();
    ahead.announce();
    await settle();
    expect(sent).toHaveLength(2);
    await coordinator.addPartitionsToTxn(request);
    expect(sent).toHaveLength(2);
    await coordinator.addPartitionsToTxn(request);
    expect(sent).toHaveLength(3);
  });

  it('lets kafkajs wait for an answer that is under way', async () => {
    const { ahead, coordinator, answers } = made();
    await coordinator.addPartitionsToTxn(request);
    let answer = () => {};
    answers.push(() => new Promise<void>((resolve) => (answer = resolve)));
    ahead.announce();
    let isAdded = false;
    const added = coordinator.addPartitionsToTxn(request).then(() => (isAdded = true));
    await settle();
    expect(isAdded).toBe(false);
    answer();
    await added;
  });

  it('asks again where it was refused, and tells kafkajs the second answer', async () => {
    const { ahead, coordinator, sent, answers } = made();
    await coordinator.addPartitionsToTxn(request);
    answers.push(() => Promise.reject(error));
    ahead.announce();
    await coordinator.addPartitionsToTxn(request);
    expect(sent).toHaveLength(3);
    answers.push(
      () => Promise.reject(error),
      () => Promise.reject(error),
    );
    ahead.announce();
    await expect(coordinator.addPartitionsToTxn(request)).rejects.toBe(error);
  });

  it('answers for its own partition and epoch alone', async () => {
    const { ahead, coordinator, sent } = made();
    await coordinator.addPartitionsToTxn(request);
    for (const strange of [other, { ...request, producerEpoch: 3 }, { ...request, producerId: '8' }]) {
      await coordinator.addPartitionsToTxn(request);
      ahead.announce();
      await settle();
      const before = sent.length;
      await coordinator.addPartitionsToTxn(strange);
      expect(sent).toHaveLength(before + 1);
    }
  });

  it('ends what was not used, and waits for that before it asks again', async () => {
    const { ahead, coordinator, sent } = made();
    await coordinator.addPartitionsToTxn(request);
    ahead.announce();
    await vi.advanceTimersByTimeAsync(6_000);
    expect(sent.slice(1)).toEqual([`add ${place.topic}`, 'end 2 false']);
    await coordinator.addPartitionsToTxn(request);
    expect(sent.slice(3)).toEqual([`add ${place.topic}`]);
  });

  it('leaves everything as it is once it is closed', async () => {
    const { ahead, coordinator, sent } = made();
    await coordinator.addPartitionsToTxn(request);
    ahead.announce();
    await settle();
    ahead.close();
    ahead.announce();
    await vi.advanceTimersByTimeAsync(6_000);
    expect(sent).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });
});
