import { HEADER, Item, ItemOperation, Review, TOPIC } from '@tercet/contracts';
import { DEFAULT_LIMITS } from '@tercet/items';
import { describe, expect, it } from 'vitest';
import { type FindPins, prepareRecord } from './prepare-record.js';

const findPins: FindPins = (id) =>
  id === '' || id === 'default'
    ? {
        policy: { id: 'default', version: '1', digest: '' },
        headSet: { id: 'h', digest: '' },
        derivers: [],
        defaultWindowMs: 1,
      }
    : undefined;
const bytes = (text: string) => Buffer.from(text, 'utf8');
const part = { partId: 'p', modality: 'text', content: { $case: 'text' as const, value: 'x' } };
const item = (change: Parameters<typeof Item.fromPartial>[0] = {}) =>
  Item.encode(
    Item.fromPartial({ tenant: 'acme', itemId: '1', version: 1n, parts: [part], ...change }),
  ).finish();
const prepare = (value: Uint8Array, key: string | undefined = 'acme/1', topic: string = TOPIC.items) =>
  prepareRecord(
    topic,
    { key: key === undefined ? undefined : bytes(key), value, headers: {} },
    DEFAULT_LIMITS,
    findPins,
  );

describe('prepareRecord', () => {
  it('opens an item', () => {
    expect(prepare(item())).toMatchObject({ kind: 'open', join: { itemKey: 'acme/1', version: 1n } });
  });

  it('opens an item from proto3 JSON where the header says so', () => {
    const json = bytes(
      '{"tenant":"acme","item_id":"1","version":"1","parts":[{"part_id":"p","modality":"text","text":"x"}]}',
    );
    const headers = { [HEADER.contentType]: bytes('application/json') };
    const record = { key: bytes('acme/1'), value: json, headers };
    expect(prepareRecord(TOPIC.items, record, DEFAULT_LIMITS, findPins)).toMatchObject({ kind: 'open' });
  });

  it('erases an item without looking at parts or policy', () => {
    const erase = item({ operation: ItemOperation.ERASE, parts: [], policy: 'gone' });
    expect(prepare(erase)).toMatchObject({ kind: 'erase', join: { body: { $case: 'itemErased' } } });
  });

  it.each([
    ['key_mismatch', item(), 'acme/2'],
    ['key_mismatch', item(), 'acme/1 '],
    ['unknown_policy', item({ policy: 'nobody' }), 'acme/1'],
    ['no_parts', item({ parts: [] }), 'acme/1'],
    ['undecodable', new Uint8Array([255, 255, 255]), 'acme/1'],
  ])('answers %s as a dead letter', (code, value, key) => {
    expect(prepare(value, key)).toMatchObject({ kind: 'dead', error: { code } });
  });

  it('answers key_mismatch for a record without a key, and empty_value for a tombstone', () => {
    const at = (record: { key: Uint8Array | undefined; value: Uint8Array | undefined }) =>
      prepareRecord(TOPIC.items, { ...record, headers: {} }, DEFAULT_LIMITS, findPins);
    expect(at({ key: undefined, value: item() })).toMatchObject({ error: { code: 'key_mismatch' } });
    expect(at({ key: bytes('acme/1'), value: undefined })).toMatchObject({ error: { code: 'empty_value' } });
  });

  it('forwards a review under the version that it judged', () => {
    const review = Review.fromPartial({
      reviewId: 'r',
      itemKey: 'acme/1',
      version: 4n,
      revision: 1,
      action: 'allow',
      reviewerId: 'x',
    });
    const value = Review.encode(review).finish();
    expect(prepare(value, 'acme/1', TOPIC.reviews)).toMatchObject({
      kind: 'review',
      join: { itemKey: 'acme/1', version: 4n, body: { $case: 'itemReviewed', value: { review } } },
    });
    expect(prepare(value, 'acme/2', TOPIC.reviews)).toMatchObject({ error: { code: 'key_mismatch' } });
    expect(prepare(bytes(''), 'acme/1', TOPIC.reviews)).toMatchObject({ error: { code: 'empty_value' } });
  });
});
