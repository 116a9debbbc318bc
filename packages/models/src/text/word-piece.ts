import { Tokenizer } from '@huggingface/tokenizers';
import { BugError } from '@tercet/kit';
import { splitPieces } from './pieces.js';
import type { PieceTokenizer } from './tokenizer.js';

/** Words repeat: this many are remembered, then the memory starts afresh. */
const MAX_REMEMBERED_PIECES = 50_000;

/**
 * Loads a BERT-style WordPiece tokenizer from the verified bytes of its tokenizer.json. The file's own padding to a
 * fixed length and its truncation are not applied: batches are padded to their longest row, long texts are cut into
 * windows.
 */
export function loadWordPieceTokenizer(tokenizerJson: Uint8Array): PieceTokenizer {
  const tokenizer = new Tokenizer(JSON.parse(new TextDecoder().decode(tokenizerJson)), {});
  const idOf = (token: string): number => {
    const id = tokenizer.token_to_id(token);
    if (id === undefined) throw new BugError(`the tokenizer has no ${token}`);
    return id;
  };
  const remembered = new Map<string, readonly number[]>();
  const idsOf = (word: string): readonly number[] => {
    const known = remembered.get(word);
    if (known !== undefined) return known;
    const { ids } = tokenizer.encode(word, { add_special_tokens: false });
    if (remembered.size >= MAX_REMEMBERED_PIECES) remembered.clear();
    remembered.set(word, ids);
    return ids;
  };
  return {
    startId: idOf('[CLS]'),
    endId: idOf('[SEP]'),
    padId: idOf('[PAD]'),
    *pieces(text) {
      for (const { text: word, start, end } of splitPieces(text)) yield { ids: idsOf(word), start, end };
    },
  };
}
