import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { append, consumeOptions, createTopic, onBroker, texts, waitFor } from './on-broker.js';

const require = createRequire(import.meta.url);

type Method = 'heartbeat' | 'joinGroup' | 'syncGroup';
type Send = (request: unknown) => Promise<unknown>;
type Answer = (send: () => Promise<unknown>) => Promise<unknown>;

const { prototype } = require('kafkajs/src/broker') as { prototype: Record<Method, Send> };
const { createErrorFromCode } = require('kafkajs/src/protocol/error') as {
  createErrorFromCode(code: number): Error;
};
const { KafkaJSRequestTimeoutError } = require('kafkajs/src/errors') as {
  KafkaJSRequestTimeoutError: new (message: string, data: object) => Error;
};

const LOADING = 14;
const NOT_COORDINATOR = 16;
const UNKNOWN_MEMBER = 25;
const REBALANCING = 27;

const broker = onBroker();
const original = { ...Object.getOwnPropertyDescriptors(prototype) };
/** How the next call of each is answered in place of what the broker says, as may come of a stall. */
let next: Partial<Record<Method, Answer>> = {};
let answered: Method[] = [];

beforeEach(() => {
  next = {};
  answered = [];
  for (const name of ['heartbeat', 'joinGroup', 'syncGroup'] as const) {
    const real = prototype[name];
    prototype[name] = async function (this: unknown, request) {
      const answer = next[name];
      delete next[name];
      const send = () => real.call(this, request);
      if (!answer) return send();
      answered.push(name);
      return answer(send);
    };
  }
});
afterEach(() => {
  Object.defineProperties(prototype, original);
});

const error =
  (code: number): Answer =>
  async () => {
    throw createErrorFromCode(code);
  };
const lost: Answer = async (send) => {
  await send();
  throw new KafkaJSRequestTimeoutError('the answer came too late', {});
};

/** A member with two partitions, both read; then the answers, after which both must be read on. */
async function isBackAfter(answers: Partial<Record<Method, Answer>>): Promise<void> {
  const bus = broker.bus(broker.newPrefix());
  await createTopic(bus, 'in', 2);
  const seen: string[] = [];
  const consumer = await bus.consume(
    consumeOptions('g', ['in'], async (chunk) => {
      seen.push(...texts(chunk.records));
      await chunk.commit();
    }),
  );
  for (const partition of [0, 1]) await append(bus, 'in', [`before ${partition}`], partition);
  await waitFor('the first records', () => seen.length === 2);
  next = { ...answers };
  await waitFor('the answers', () => answered.length === Object.keys(answers).length);
  for (const partition of [0, 1]) await append(bus, 'in', [`after ${partition}`], partition);
  const committed = async (partition: number) => consumer.committed({ topic: 'in', partition });
  await waitFor('the records behind', async () => {
    const both = await Promise.all([committed(0), committed(1)]);
    return both.every((row) => row?.offset === 2n);
  });
  expect(new Set(seen)).toEqual(new Set(['before 0', 'before 1', 'after 0', 'after 1']));
}

test('a member is back whose coordinator was still loading when it wanted to join again', () =>
  isBackAfter({ heartbeat: error(NOT_COORDINATOR), joinGroup: error(LOADING) }));

test('a member is back where the answer to its join was lost', () =>
  isBackAfter({ heartbeat: error(REBALANCING), joinGroup: lost }));

test('a member is back where the answer with its partitions was lost', () =>
  isBackAfter({ heartbeat: error(REBALANCING), syncGroup: lost }));

test('a member is back that the group has forgotten, and that was not let in again at first', () =>
  isBackAfter({ heartbeat: error(UNKNOWN_MEMBER), joinGroup: error(LOADING) }));
