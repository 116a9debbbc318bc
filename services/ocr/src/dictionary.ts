import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { BugError } from '@tercet/kit';

/** ONNX: `ModelProto.metadata_props`, whose entries are `key` = 1, `value` = 2. */
const METADATA_PROPS = 14;

/**
 * Characters of a PaddleOCR recogniser by class, out of its ONNX file: blank, what the property `character` lists one a
 * line, and the space.
 * @throws BugError where the model lists none.
 */
export function readDictionary(model: Uint8Array): string[] {
  const reader = new BinaryReader(model);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field !== METADATA_PROPS || wireType !== WireType.LengthDelimited) {
      reader.skip(wireType, field);
      continue;
    }
    const entry = new BinaryReader(reader.bytes());
    let [key, value] = ['', ''];
    while (entry.pos < entry.len) {
      const [part, type] = entry.tag();
      if (part === 1) key = entry.string();
      else if (part === 2) value = entry.string();
      else entry.skip(type, part);
    }
    if (key === 'character') return ['', ...value.replace(/\r?\n$/, '').split(/\r?\n/), ' '];
  }
  throw new BugError('the recogniser lists no characters');
}
