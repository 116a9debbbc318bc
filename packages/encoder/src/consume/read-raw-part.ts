import { RawPart } from '@tercet/contracts';
import { InvalidInputError } from '@tercet/kit';

/**
 * Reads a record of `raw.*`.
 * @throws InvalidInputError `empty_value` or `undecodable` where no part can be read from it: a dead letter.
 */
export function readRawPart(value: Uint8Array | undefined): RawPart {
  if (!value || value.length === 0) throw new InvalidInputError('empty_value');
  const part = decode(value);
  // Any bytes may pass for protobuf; without these nobody could be told what became of the part.
  if (part.itemKey === '' || part.partId === '' || part.version < 1n)
    throw new InvalidInputError('undecodable', 'names no item, part or version');
  return part;
}

function decode(value: Uint8Array): RawPart {
  try {
    return RawPart.decode(value);
  } catch (error) {
    throw new InvalidInputError('undecodable', 'is no RawPart', { cause: error });
  }
}

/** Bytes that a part will take in memory; `unknownBytes` where only the address's owner knows. */
export function expectedBytes({ content }: RawPart, unknownBytes: number): number {
  if (!content) return 0;
  const known = Math.max(Number(content.sizeBytes), content.inlineText?.length ?? 0);
  return known > 0 || content.inlineText !== undefined ? known : unknownBytes;
}
