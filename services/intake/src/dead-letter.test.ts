import type { BusRecord } from '@tercet/bus';
import { HEADER } from '@tercet/contracts';
import { InvalidInputError } from '@tercet/kit';
import { describe, expect, it } from 'vitest';
import { deadLetter } from './dead-letter.js';

const record = (change: Partial<BusRecord> = {}): BusRecord => ({
  topic: 'items',
  partition: 2,
  offset: 9n,
  key: Buffer.from('acme/1'),
  value: Buffer.from('original'),
  headers: { mine: Buffer.from('kept') },
  timestampMs: 1n,
  ...change,
});
const error = new InvalidInputError('wrong_field', 'tercet.v1.Item.version');

describe('deadLetter', () => {
  it('keeps key, value and headers, and says why and where', () => {
    expect(deadLetter(record(), error, 'intake')).toEqual({
      topic: 'dead-letters',
      key: 'acme/1',
      value: Buffer.from('original'),
      headers: {
        mine: Buffer.from('kept'),
        [HEADER.deadLetterCode]: 'wrong_field',
        [HEADER.deadLetterDetail]: 'tercet.v1.Item.version',
        [HEADER.deadLetterTopic]: 'items',
        [HEADER.deadLetterPartition]: '2',
        [HEADER.deadLetterOffset]: '9',
        [HEADER.deadLetterService]: 'intake',
      },
    });
  });

  it('stays below the topic’s limit, and takes a record without key or value', () => {
    const huge = record({ value: Buffer.alloc(23 * 1024 * 1024 + 1) });
    expect(deadLetter(huge, error, 'intake').value).toBeNull();
    const long = record({ key: Buffer.alloc(70_000), headers: { big: Buffer.alloc(300_000) } });
    const letter = deadLetter(long, error, 'intake');
    expect(letter.key).toBe('items/2/9');
    expect(letter.headers).not.toHaveProperty('big');
    expect(letter.headers).toMatchObject({ [HEADER.deadLetterCode]: 'wrong_field' });
    const bare = deadLetter(record({ key: undefined, value: undefined }), error, 'intake');
    expect(bare).toMatchObject({ key: 'items/2/9', value: null });
  });
});
