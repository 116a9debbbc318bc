import { ConfigError, type Env, readEnv, settings } from '@tercet/kit';
import { LANGUAGE_MODEL_DIGEST } from '@tercet/language';
import { LEXICON } from '@tercet/lexicon';

export interface TextSettings {
  /** Model or slot of the lock file. */
  readonly model: string;
  /** Longest window in tokens, special tokens included. */
  readonly windowTokens: number;
  /** Tokens that two neighbouring windows share, so that a sentence on a border is whole in one of them. */
  readonly windowOverlapTokens: number;
  /** Longest piece of a sentence, special tokens included; each sentence is a row of its own beside the windows. */
  readonly focusTokens: number;
  /** Rows of single sentences; of more, neighbours are joined. */
  readonly maxFocusWindows: number;
  /** Windows looked at in one part; of a longer one the first, the last and those evenly between. */
  readonly maxWindows: number;
  /** Longest text that is tokenised whole, in UTF-16 code units of the normalised text. */
  readonly maxChars: number;
  /** Identity of the language detector: with another one, the encoder is another one. */
  readonly languageModel: string;
  /** Digest of the word lists and their rules, for the same reason. */
  readonly lexicon: string;
}

/** What MiniLM was tuned for; beyond it its answers are no longer those that were measured. */
const MAX_WINDOW_TOKENS = 256;

/** Reads the settings. Throws ConfigError where a number makes no sense. */
export function readSettings(env: Env): TextSettings {
  const read = readEnv(
    {
      TERCET_TEXT_MODEL: settings.host.default('text'),
      TERCET_TEXT_WINDOW_TOKENS: settings.positive(128),
      TERCET_TEXT_OVERLAP_TOKENS: settings.nonNegative(32),
      TERCET_TEXT_FOCUS_TOKENS: settings.positive(34),
      TERCET_MAX_TEXT_FOCUS_WINDOWS: settings.positive(192),
      TERCET_MAX_TEXT_WINDOWS: settings.positive(64),
      TERCET_MAX_TEXT_CHARS: settings.positive(262_144),
    },
    env,
  );
  const { TERCET_TEXT_WINDOW_TOKENS: windowTokens, TERCET_TEXT_OVERLAP_TOKENS: windowOverlapTokens } = read;
  if (windowTokens < 8 || windowTokens > MAX_WINDOW_TOKENS)
    throw new ConfigError(`TERCET_TEXT_WINDOW_TOKENS: 8 to ${MAX_WINDOW_TOKENS}`);
  if (windowOverlapTokens > windowTokens / 2)
    throw new ConfigError('TERCET_TEXT_OVERLAP_TOKENS: at most half a window');
  if (read.TERCET_TEXT_FOCUS_TOKENS < 8 || read.TERCET_TEXT_FOCUS_TOKENS > windowTokens)
    throw new ConfigError('TERCET_TEXT_FOCUS_TOKENS: from 8 to a window');
  return {
    model: read.TERCET_TEXT_MODEL,
    windowTokens,
    windowOverlapTokens,
    focusTokens: read.TERCET_TEXT_FOCUS_TOKENS,
    maxFocusWindows: read.TERCET_MAX_TEXT_FOCUS_WINDOWS,
    maxWindows: read.TERCET_MAX_TEXT_WINDOWS,
    maxChars: read.TERCET_MAX_TEXT_CHARS,
    languageModel: LANGUAGE_MODEL_DIGEST,
    lexicon: LEXICON.digest,
  };
}
