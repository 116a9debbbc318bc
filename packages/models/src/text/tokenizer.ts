import { Tokenizer } from '@huggingface/tokenizers';
import { BugError } from '@tercet/kit';

/** Turns one piece of text into token ids, without special tokens. */
export interface PieceTokenizer {
  readonly startId: number;
  readonly endId: number;
  readonly padId: number;
  /** Ids of one piece as `splitPieces` cuts them; empty where nothing of it remains after normalisation. */
  idsOf(piece: string): readonly number[];
}

/** Words repeat: this many are remembered, then the memory starts afresh. */
const MAX_REMEMBERED_PIECES = 50_000;

/**
 * Loads a BERT-style WordPiece tokenizer from the verified bytes of its tokenizer.json. The file's own padding to a
 * fixed length and its truncation are not applied: batches are padded to their longest row, long texts are cut into
 * windows.
 */
export function loadTokenizer(tokenizerJson: Uint8Array): PieceTokenizer {
  const tokenizer = new Tokenizer(JSON.parse(new TextDecoder().decode(tokenizerJson)), {});
  const idOf = (token: string): number => {
    const id = tokenizer.token_to_id(token);
    if (id === undefined) throw new BugError(`the tokenizer has no ${token}`);
    return id;
  };
  const remembered = new Map<string, readonly number[]>();
  return {
    startId: idOf('[CLS]'),
    endId: idOf('[SEP]'),
    padId: idOf('[PAD]'),
    idsOf(piece) {
      const known = remembered.get(piece);
      if (known !== undefined) return known;
      const { ids } = tokenizer.encode(piece, { add_special_tokens: false });
      if (remembered.size >= MAX_REMEMBERED_PIECES) remembered.clear();
      remembered.set(piece, ids);
      return ids;
    },
  };
}
