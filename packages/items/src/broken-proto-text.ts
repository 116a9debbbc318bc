import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { Item } from '@tercet/contracts';
import { decodeUtf8 } from './check-part.js';

const ITEM_PARTS = 4;
const PART_TEXT = 5;

/**
 * Indices of the parts whose `text` is not valid UTF-8 on the wire. The generated reader replaces what is broken by
 * U+FFFD, which a text may hold of its own right, so the bytes themselves are looked at, where there is reason to.
 */
export function brokenProtoTexts(bytes: Uint8Array, item: Item): ReadonlySet<number> {
  const broken = new Set<number>();
  const suspicious = item.parts.some(
    ({ content }) => content?.$case === 'text' && content.value.includes('\ufffd'),
  );
  if (!suspicious) return broken;
  const reader = new BinaryReader(bytes);
  let index = 0;
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === ITEM_PARTS && type === WireType.LengthDelimited) {
      if (!lastTextIsValid(reader.bytes())) broken.add(index);
      index += 1;
    } else {
      reader.skip(type, field);
    }
  }
  return broken;
}

function lastTextIsValid(part: Uint8Array): boolean {
  const reader = new BinaryReader(part);
  let valid = true;
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === PART_TEXT && type === WireType.LengthDelimited) {
      valid = decodeUtf8(reader.bytes()) !== undefined;
    } else {
      reader.skip(type, field);
    }
  }
  return valid;
}
