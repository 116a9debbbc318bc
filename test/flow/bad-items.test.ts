import type { BusRecord } from '@tercet/bus';
import { HEADER, Item, JoinRecord, type Part, RawPart, TOPIC, topicTable } from '@tercet/contracts';
import { produceBytes, startTestStack, type TestStack, waitFor } from '@tercet/harness';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MIB = 1024 * 1024;

type Content = NonNullable<Part['content']>;
const text = (value: string): Content => ({ $case: 'text', value });
const part = (change: Partial<Part> = {}): Partial<Part> => ({
  partId: 'p',
  modality: 'text',
  content: text('good morning'),
  ...change,
});
const bytesOf = (itemId: string, parts: Partial<Part>[], version = 1n) =>
  Item.encode(Item.fromPartial({ tenant: 'acme', itemId, version, parts })).finish();
const json = (itemId: string, rest: string) => `{"tenant":"acme","item_id":"${itemId}","version":1,${rest}}`;
const JSON_HEADER = { [HEADER.contentType]: 'application/json' };

/** What can be said on `items` from which no item can be opened. */
const UNREADABLE: [string, string, Uint8Array | string | null, Record<string, string>?][] = [
  ['undecodable', 'acme/noise', new Uint8Array([0xff, 0xfe, 0xfd])],
  ['undecodable', 'acme/headerless', json('headerless', '"parts":[]')],
  ['undecodable', 'acme/half-json', '{"tenant":', JSON_HEADER],
  ['wrong_field', 'acme/field', json('field', '"colour":"red"'), JSON_HEADER],
  ['wrong_field', 'acme/type', json('type', '"parts":"none"'), JSON_HEADER],
  ['empty_value', 'acme/null', null],
  ['no_parts', 'acme/no-parts', bytesOf('no-parts', [])],
  ['duplicate_part_id', 'acme/twins', bytesOf('twins', [part(), part()])],
  ['bad_part_id', 'acme/slash', bytesOf('slash', [part({ partId: 'a/ocr' })])],
  ['bad_version', 'acme/v0', bytesOf('v0', [part()], 0n)],
  ['key_mismatch', 'acme/other', bytesOf('this', [part()])],
];

/** What is wrong with one part of an item that is opened all the same; a good part stands beside it. */
const UNUSABLE: [string, string, Uint8Array | string, Record<string, string>?][] = [
  ['unknown_modality', 'smell', bytesOf('smell', [part(), part({ partId: 'bad', modality: 'smell' })])],
  [
    'too_large',
    'ten-megabytes',
    bytesOf('ten-megabytes', [part(), part({ partId: 'bad', content: text('x'.repeat(10 * MIB)) })]),
  ],
  [
    'bad_text',
    'surrogate',
    json(
      'surrogate',
      '"parts":[{"part_id":"p","modality":"text","text":"good"},' +
        '{"part_id":"bad","modality":"text","text":"half \\ud83d"}]',
    ),
    JSON_HEADER,
  ],
  ['no_content', 'hollow', bytesOf('hollow', [part(), part({ partId: 'bad', content: undefined })])],
  [
    'bad_uri',
    'ftp',
    bytesOf('ftp', [part(), part({ partId: 'bad', content: { $case: 'uri', value: 'ftp://x/y' } })]),
  ],
  ['sha256_mismatch', 'hash', bytesOf('hash', [part(), part({ partId: 'bad', sha256: 'a'.repeat(64) })])],
];

/** What looks odd and is fine. */
const FINE: [string, Uint8Array | string, Record<string, string>?][] = [
  ['plain', bytesOf('plain', [part()])],
  ['nuls', bytesOf('nuls', [part({ content: text('a\u0000b\u0000c') })])],
  ['one-word', bytesOf('one-word', [part({ content: text('x'.repeat(MIB)) })])],
  ['json', json('json', '"parts":[{"partId":"p","modality":"text","text":"camel"}]'), JSON_HEADER],
  [
    'emoji',
    json('emoji', '"parts":[{"part_id":"p","modality":"text","text":"\\ud83d\\ude00"}]'),
    JSON_HEADER,
  ],
];

describe('bad items', () => {
  let stack: TestStack;

  beforeAll(async () => {
    stack = await startTestStack('bad-items', { services: ['intake'] });
  });
  afterAll(() => stack?.stop());

  /** Everything that lies on a topic now. */
  async function read(topic: string): Promise<BusRecord[]> {
    await using reader = await stack.bus.reader('bad-items');
    const partitions = topicTable().find((spec) => spec.name === topic)?.partitions ?? 1;
    const all: BusRecord[] = [];
    for (let partition = 0; partition < partitions; partition += 1) {
      const { low } = await reader.bounds({ topic, partition });
      await reader.readToEnd({ topic, partition }, low, (records) => void all.push(...records));
    }
    return all;
  }
  const keyOf = (record: BusRecord) => Buffer.from(record.key ?? '').toString();
  const header = (record: BusRecord, name: string) => Buffer.from(record.headers[name] ?? '').toString();
  const joins = async () =>
    (await read(TOPIC.embeddings)).map(({ value }) => JoinRecord.decode(value ?? new Uint8Array()));

  it('go to dead letters with code and whereabouts where no item can be opened', async () => {
    const sent = new Map<string, { code: string; partition: number; offset: bigint }>();
    for (const [code, key, value, headers] of UNREADABLE) {
      const { partition, offset } = await produceBytes(stack.bus, key, value, headers);
      sent.set(key, { code, partition, offset });
    }
    const letters = await waitFor('a dead letter for each unreadable record', async () => {
      const found = await read(TOPIC.deadLetters);
      return found.length >= sent.size && found;
    });
    const found = letters.map((letter) => [
      keyOf(letter),
      {
        code: header(letter, HEADER.deadLetterCode),
        partition: Number(header(letter, HEADER.deadLetterPartition)),
        offset: BigInt(header(letter, HEADER.deadLetterOffset)),
      },
    ]);
    expect(new Map(found as [string, object][])).toEqual(sent);
    const noise = letters.find((letter) => keyOf(letter) === 'acme/noise');
    expect(Buffer.from(noise?.value ?? '')).toEqual(Buffer.from([0xff, 0xfe, 0xfd]));
    expect((await joins()).map((join) => join.itemKey)).toEqual([]);
  });

  it('are opened where one part cannot be used, and the part is failed with its code', async () => {
    for (const [, itemId, value, headers] of UNUSABLE) {
      await produceBytes(stack.bus, `acme/${itemId}`, value, headers);
    }
    const records = await waitFor('an opening and a failure for each item', async () => {
      const found = await joins();
      return found.filter(({ body }) => body?.$case === 'partFailed').length >= UNUSABLE.length && found;
    });
    for (const [code, itemId] of UNUSABLE) {
      const own = records.filter((record) => record.itemKey === `acme/${itemId}`);
      expect(own.map(({ body }) => body?.$case)).toEqual(['itemOpened', 'partFailed']);
      const [opened, failed] = own.map(({ body }) => body);
      expect(opened?.$case === 'itemOpened' && opened.value.parts.map(({ partId }) => partId)).toEqual([
        'p',
        'bad',
      ]);
      expect(failed?.value).toMatchObject({ partId: 'bad', code });
    }
    const work = (await read('raw.text')).map(({ value }) => RawPart.decode(value ?? new Uint8Array()));
    const keys = UNUSABLE.map(([, itemId]) => `acme/${itemId}`);
    expect(work.filter((one) => keys.includes(one.itemKey)).map((one) => one.partId)).toEqual(
      keys.map(() => 'p'),
    );
  });

  it('leave what is fine alone, in the midst of bad ones', async () => {
    for (const [itemId, value, headers] of FINE) {
      await produceBytes(stack.bus, `acme/${itemId}`, new Uint8Array([0xff]));
      await produceBytes(stack.bus, `acme/${itemId}`, value, headers);
    }
    const keys = new Set(FINE.map(([itemId]) => `acme/${itemId}`));
    const work = await waitFor('work for each good item', async () => {
      const found = (await read('raw.text')).map(({ value }) => RawPart.decode(value ?? new Uint8Array()));
      const own = found.filter((one) => keys.has(one.itemKey));
      return own.length >= FINE.length && own;
    });
    expect(new Set(work.map((one) => one.itemKey))).toEqual(keys);
    const byKey = new Map(work.map((one) => [one.itemKey, one]));
    expect(byKey.get('acme/nuls')?.content?.inlineText).toBe('a\u0000b\u0000c');
    expect(byKey.get('acme/one-word')?.content).toMatchObject({
      inlineText: undefined,
      sizeBytes: BigInt(MIB),
    });
    expect(byKey.get('acme/emoji')?.content?.inlineText).toBe('\u{1f600}');
  });

  it('takes its deadline from the append time of the opening', async () => {
    const openings = (await read(TOPIC.embeddings)).filter((record) => keyOf(record) === 'acme/plain');
    const [opening] = openings;
    const work = (await read('raw.text'))
      .map(({ value }) => RawPart.decode(value ?? new Uint8Array()))
      .find((one) => one.itemKey === 'acme/plain');
    expect(work?.deadlineMs).toBe((opening?.timestampMs ?? 0n) + 10_000n);
  });

  it('opens the same item twice when it is sent twice, which the join ignores', async () => {
    const value = bytesOf('again', [part()]);
    await produceBytes(stack.bus, 'acme/again', value);
    await produceBytes(stack.bus, 'acme/again', value);
    const own = await waitFor('two openings', async () => {
      const found = (await joins()).filter((record) => record.itemKey === 'acme/again');
      return found.length >= 2 && found;
    });
    expect(own[1]).toEqual(own[0]);
  });
});
