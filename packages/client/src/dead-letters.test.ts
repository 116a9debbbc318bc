import { HEADER } from '@tercet/contracts';
import { expect, it } from 'vitest';
import { parseRecordPlace, readDeadLetter } from './dead-letters.js';

const bytes = (text: string) => new TextEncoder().encode(text);

it('reads a place', () => {
  expect(parseRecordPlace('raw.text/3/17')).toEqual({ topic: 'raw.text', partition: 3, offset: 17n });
  for (const text of ['items', 'items/3', 'items/3/x', '/3/17', 'items/3/17/1', 'items/-3/17']) {
    expect(parseRecordPlace(text), text).toBeUndefined();
  }
});

it('reads why and where from the headers', () => {
  const letter = readDeadLetter({
    topic: 'dead-letters',
    partition: 0,
    offset: 5n,
    key: bytes('acme/1'),
    value: bytes('{'),
    timestampMs: 1000n,
    headers: {
      [HEADER.deadLetterCode]: bytes('wrong_field'),
      [HEADER.deadLetterDetail]: bytes('no field "txet"'),
      [HEADER.deadLetterService]: bytes('intake'),
      [HEADER.deadLetterTopic]: bytes('items'),
      [HEADER.deadLetterPartition]: bytes('0'),
      [HEADER.deadLetterOffset]: bytes('0'),
    },
  });
  expect(letter).toMatchObject({
    key: 'acme/1',
    code: 'wrong_field',
    topic: 'items',
    partition: 0,
    offset: 0n,
    sizeBytes: 1,
  });
});
