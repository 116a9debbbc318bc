import { type Env, readEnv, settings } from '@tercet/kit';
import { findExecutable } from './executable.js';

export interface AudioSettings {
  /** Absolute path of ffmpeg. */
  readonly ffmpegPath: string;
  /** Segments looked at in one part; of a longer one the first, the last and those evenly between. */
  readonly maxSegments: number;
  readonly segmentMs: number;
  /** What two neighbouring segments share, so that a sound on a border is whole in one of them. */
  readonly segmentOverlapMs: number;
  /** Longest audio that is sampled at all. */
  readonly maxAudioSeconds: number;
  /** All decoding of one part. */
  readonly maxDecodeMs: number;
}

/** Reads the settings. Throws ConfigError where ffmpeg is not there or a number makes no sense. */
export function readSettings(env: Env): AudioSettings {
  const read = readEnv(
    {
      TERCET_FFMPEG: settings.host.default('ffmpeg'),
      TERCET_MAX_AUDIO_SEGMENTS: settings.positive(32),
      TERCET_MAX_AUDIO_SECONDS: settings.positive(4 * 3600),
      TERCET_MAX_AUDIO_DECODE_MS: settings.milliseconds(20_000),
    },
    env,
  );
  return {
    ffmpegPath: findExecutable(read.TERCET_FFMPEG, env['PATH'] ?? ''),
    maxSegments: read.TERCET_MAX_AUDIO_SEGMENTS,
    segmentMs: 10_000,
    segmentOverlapMs: 1_000,
    maxAudioSeconds: read.TERCET_MAX_AUDIO_SECONDS,
    maxDecodeMs: read.TERCET_MAX_AUDIO_DECODE_MS,
  };
}
