import { JoinRecord, PartEmbedded } from '@tercet/contracts';
import { expect, it } from 'vitest';
import { rawBody } from './raw-body.js';
import { joinRecord } from './simulation/join-records.js';

const part = joinRecord.embedded('acme/post', 300n, 'a');

it('is the message that the decoder finds', () => {
  const { body } = JoinRecord.decode(part);
  if (body?.$case !== 'partEmbedded') throw new Error('not a part');
  expect(PartEmbedded.decode(rawBody(part))).toEqual(body.value);
  expect([...rawBody(part)]).toEqual([...PartEmbedded.encode(body.value).finish()]);
});

it('is the last of several, and no field of a later version', () => {
  const other = joinRecord.embedded('acme/post', 300n, 'b');
  // Field 90, length-delimited, one byte.
  const both = Buffer.concat([part, other, Uint8Array.of(0xd2, 0x05, 1, 7)]);
  expect(PartEmbedded.decode(rawBody(both)).partId).toBe('b');
  expect(JoinRecord.decode(both).body).toMatchObject({ value: { partId: 'b' } });
});

it('refuses a record that has none, or ends too early', () => {
  expect(() => rawBody(new Uint8Array())).toThrow(RangeError);
  expect(() => rawBody(Uint8Array.of(0x52))).toThrow(RangeError);
  expect(() => rawBody(Uint8Array.of(0x0b, 0x0c))).toThrow(RangeError);
});
