import { ConfigError, type Env, readEnv, settings } from '@tercet/kit';

export interface TextSettings {
  /** Model or slot of the lock file. */
  readonly model: string;
  /** Longest window in tokens, special tokens included. */
  readonly windowTokens: number;
  /** Tokens that two neighbouring windows share, so that a sentence on a border is whole in one of them. */
  readonly windowOverlapTokens: number;
  /** Windows looked at in one part; of a longer one the first, the last and those evenly between. */
  readonly maxWindows: number;
  /** Longest text that is tokenised whole, in UTF-16 code units of the normalised text. */
  readonly maxChars: number;
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
  return {
    model: read.TERCET_TEXT_MODEL,
    windowTokens,
    windowOverlapTokens,
    maxWindows: read.TERCET_MAX_TEXT_WINDOWS,
    maxChars: read.TERCET_MAX_TEXT_CHARS,
  };
}
