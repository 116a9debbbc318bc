import { type DecodeSettings, findExecutable } from '@tercet/audio';
import { type Env, readEnv, settings } from '@tercet/kit';

export type AudioSettings = DecodeSettings;

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
