import { BinaryReader, type WireType } from '@bufbuild/protobuf/wire';
import { InvalidInputError } from '@tercet/kit';

/** A SentencePiece model, as far as a unigram tokenizer needs it. */
export interface SentencePieceModel {
  /** By id. */
  readonly pieces: readonly Piece[];
  /** How characters are replaced before anything else. */
  readonly charsmap: Uint8Array;
}

export interface Piece {
  readonly text: string;
  readonly score: number;
  /** False where it stands for something that is not text, such as the start of one. */
  readonly isText: boolean;
}

const MODEL = { piece: 1, normalizer: 3 } as const;
const PIECE = { text: 1, score: 2, type: 3 } as const;
const NORMALIZER = { charsmap: 2 } as const;
/** Types of a piece that text may be cut into: ordinary, and defined by a user. */
const TEXT_TYPES = new Set([1, 4]);

/** Reads a `.model` file of SentencePiece (a protobuf message). @throws InvalidInputError `undecodable`. */
export function readSentencePieceModel(bytes: Uint8Array): SentencePieceModel {
  const pieces: Piece[] = [];
  let charsmap = new Uint8Array();
  try {
    readFields(bytes, (reader, field) => {
      if (field === MODEL.piece) pieces.push(readPiece(reader.bytes()));
      else if (field === MODEL.normalizer)
        readFields(reader.bytes(), (inner, innerField) => {
          if (innerField !== NORMALIZER.charsmap) return false;
          charsmap = Uint8Array.from(inner.bytes());
          return true;
        });
      else return false;
      return true;
    });
  } catch (cause) {
    throw new InvalidInputError('undecodable', 'not a SentencePiece model', { cause });
  }
  if (pieces.length === 0 || charsmap.length === 0)
    throw new InvalidInputError('undecodable', 'a SentencePiece model without pieces or characters');
  return { pieces, charsmap };
}

function readPiece(bytes: Uint8Array): Piece {
  let text = '';
  let score = 0;
  let type = 1;
  readFields(bytes, (reader, field) => {
    if (field === PIECE.text) text = reader.string();
    else if (field === PIECE.score) score = reader.float();
    else if (field === PIECE.type) type = reader.int32();
    else return false;
    return true;
  });
  return { text, score, isText: TEXT_TYPES.has(type) };
}

/** Calls `take` for each field; what it does not take is skipped. */
function readFields(bytes: Uint8Array, take: (reader: BinaryReader, field: number) => boolean): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType]: [number, WireType] = reader.tag();
    if (!take(reader, field)) reader.skip(wireType, field);
  }
}
