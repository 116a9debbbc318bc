import { UnavailableError } from '@tercet/kit';
import { KafkaJSConnectionError, KafkaJSNonRetriableError, KafkaJSNumberOfRetriesExceeded } from 'kafkajs';
import { expect, test } from 'vitest';
import { isOutOfRange, kafkaErrorType, toBusError } from './bus-error.js';

const protocol = (type: string, retriable: boolean, message = type) =>
  Object.assign(new Error(message), { name: 'KafkaJSProtocolError', type, retriable });

test.each([
  ['a generation that is over', protocol('ILLEGAL_GENERATION', false)],
  ['a later producer', protocol('INVALID_PRODUCER_EPOCH', false)],
  [
    'a code that kafkajs does not know',
    protocol('KAFKAJS_UNKNOWN_ERROR_CODE', false, 'Unknown error code 90'),
  ],
  [
    'a wrapped one',
    new KafkaJSNonRetriableError('no', { cause: protocol('UNKNOWN_MEMBER_ID', false) } as never),
  ],
])('%s is fenced', (_, error) => {
  expect(toBusError(error, 'committing')).toMatchObject({ code: 'fenced', cause: error });
});

test('what another try may mend is unavailable, however it is wrapped', () => {
  const refused = new KafkaJSConnectionError('refused', {});
  const given = [
    refused,
    new KafkaJSNonRetriableError('refused', { cause: refused } as never),
    new KafkaJSNumberOfRetriesExceeded(refused, { retryCount: 5, retryTime: 1 }),
    protocol('NOT_LEADER_FOR_PARTITION', true),
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

test('types are found behind wrappers', () => {
  const wrapped = new Error('outer', { cause: protocol('OFFSET_OUT_OF_RANGE', true) });
  expect(kafkaErrorType(wrapped)).toBe('OFFSET_OUT_OF_RANGE');
  expect(isOutOfRange(wrapped)).toBe(true);
  expect(isOutOfRange(new Error('other'))).toBe(false);
});
