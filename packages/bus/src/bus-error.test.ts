import { UnavailableError } from '@tercet/kit';
import { KafkaJSConnectionError, KafkaJSNonRetriableError, KafkaJSNumberOfRetriesExceeded } from 'kafkajs';
import { expect, test } from 'vitest';
import { kafkaErrorType, outOfRange, toBusError } from './bus-error.js';

const protocol = (type: string, retriable: boolean, message = type) =>
  Object.assign(new Error(message), { name: 'KafkaJSProtocolError', type, retriable });

/** As kafkajs' retries wrap what they give up on. */
const wrapped = (cause: Error) => Object.assign(new KafkaJSNonRetriableError(cause.message), { cause });

test.each([
  ['a generation that is over', protocol('ILLEGAL_GENERATION', false)],
  ['a later producer', protocol('INVALID_PRODUCER_EPOCH', false)],
  [
    'a code that kafkajs does not know',
    protocol('KAFKAJS_UNKNOWN_ERROR_CODE', false, 'Unknown error code 90'),
  ],
  ['a wrapped one', wrapped(protocol('UNKNOWN_MEMBER_ID', false))],
])('%s is fenced', (_, error) => {
  expect(toBusError(error, 'committing')).toMatchObject({ code: 'fenced', cause: error });
});

test('what another try may mend is unavailable, however it is wrapped', () => {
  const refused = new KafkaJSConnectionError('refused', {});
  const given = [
    refused,
    wrapped(refused),
    new KafkaJSNumberOfRetriesExceeded(refused, { retryCount: 5, retryTime: 1 }),
    protocol('NOT_LEADER_FOR_PARTITION', true),
    protocol('UNKNOWN', false, 'The server experienced an unexpected error when processing the request'),
  ];
  for (const error of given)
    expect(toBusError(error, 'sending')).toMatchObject({ code: 'broker_unavailable' });
});

test('what no try mends is a bug, and our own errors pass unchanged', () => {
  expect(toBusError(protocol('MESSAGE_TOO_LARGE', false), 'sending')).toMatchObject({ kind: 'Bug' });
  expect(toBusError(new TypeError('x'), 'sending')).toMatchObject({ kind: 'Bug' });
  const own = new UnavailableError('deadline');
  expect(toBusError(own, 'sending')).toBe(own);
});

test('types and places are found behind wrappers', () => {
  const place = { name: 'KafkaJSOffsetOutOfRange', topic: 'in', partition: 3 };
  const error = wrapped(Object.assign(protocol('OFFSET_OUT_OF_RANGE', true), place));
  expect(kafkaErrorType(error)).toBe('OFFSET_OUT_OF_RANGE');
  expect(outOfRange(error)).toMatchObject({ topic: 'in', partition: 3 });
  expect(outOfRange(new Error('other'))).toBeUndefined();
});
