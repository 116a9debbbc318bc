import { BugError } from '@tercet/kit';

/** Whisper's tokens: what they spell, and the special ones by their meaning. */
export interface Vocabulary {
  readonly endOfText: number;
  readonly startOfTranscript: number;
  readonly transcribe: number;
  readonly noSpeech: number;
  readonly noTimestamps: number;
  /** Token of 0.00 s; each further one is 20 ms later. */
  readonly firstTimestamp: number;
  /** Whisper's language codes by token. Empty where the model has one language. */
  readonly languages: ReadonlyMap<number, string>;
  /** Never to be said; and not as the first thing. */
  readonly suppressed: readonly number[];
  readonly suppressedFirst: readonly number[];
  /** UTF-8 bytes that tokens spell, special ones and timestamps none; broken sequences are dropped. */
  textOf(tokens: readonly number[]): string;
}

interface TokenizerFile {
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
}

interface ConfigFile {
  readonly lang_ids: readonly number[];
  readonly suppress_ids: readonly number[];
  readonly suppress_ids_begin: readonly number[];
}

/**
 * Reads the two side files of a Whisper model: `tokenizer.json` (byte-level BPE of GPT-2) and `config.json`
 * (CTranslate2's).
 * @param multilingual whether the model was trained on languages other than English; its tokenizer alone does not tell.
 */
export function readVocabulary(
  files: Readonly<Record<string, Uint8Array>>,
  multilingual: boolean,
): Vocabulary {
  const tokenizer = parse<TokenizerFile>(files, 'tokenizer.json');
  const config = parse<ConfigFile>(files, 'config.json');
  const special = new Map(tokenizer.added_tokens.map(({ content, id }) => [content, id]));
  const idOf = (...names: readonly string[]): number => {
    const id = names.map((name) => special.get(name)).find((found) => found !== undefined);
    if (id === undefined) throw new BugError(`the tokenizer has no ${names.join(' or ')}`);
    return id;
  };
  const languageIds = new Set(multilingual ? config.lang_ids : []);
  const noTimestamps = idOf('<|notimestamps|>');
  const spelled = bytesByToken(tokenizer.model.vocab);
  const endOfText = idOf('<|endoftext|>');
  return {
    endOfText,
    startOfTranscript: idOf('<|startoftranscript|>'),
    transcribe: idOf('<|transcribe|>'),
    noSpeech: idOf('<|nospeech|>', '<|nocaptions|>'),
    noTimestamps,
    firstTimestamp: noTimestamps + 1,
    languages: new Map(
      tokenizer.added_tokens
        .filter(({ id }) => languageIds.has(id))
        .map(({ id, content }) => [id, content.slice(2, -2)]),
    ),
    suppressed: config.suppress_ids,
    suppressedFirst: config.suppress_ids_begin,
    textOf: (tokens) => {
      const bytes = tokens.flatMap((token) => (token < endOfText ? (spelled.get(token) ?? []) : []));
      return new TextDecoder().decode(Uint8Array.from(bytes)).replaceAll('\uFFFD', '');
    },
  };
}

/** GPT-2 writes each byte as one printable character: those that are printable as themselves, the others from U+0100 on. */
function bytesByToken(vocabulary: Readonly<Record<string, number>>): Map<number, number[]> {
  const byteOf = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte += 1) {
    const printable =
      (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
    byteOf.set(String.fromCodePoint(printable ? byte : next), byte);
    if (!printable) next += 1;
  }
  return new Map(
    Object.entries(vocabulary).map(([token, id]) => [id, [...token].map((char) => byteOf.get(char) ?? 0x3f)]),
  );
}

function parse<T>(files: Readonly<Record<string, Uint8Array>>, name: string): T {
  const bytes = files[name];
  if (bytes === undefined) throw new BugError(`the speech model has no ${name}`);
  return JSON.parse(new TextDecoder().decode(bytes)) as T;
}
