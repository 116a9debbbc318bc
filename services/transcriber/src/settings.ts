import { type DecodeSettings, findExecutable } from '@tercet/audio';
import { type Env, readEnv, settings } from '@tercet/kit';

/** Speech models of the lock file: each an encoder and a decoder. */
export const SPEECH_MODELS = ['whisper-base', 'whisper-tiny-en'] as const;

export interface TranscriberSettings {
  readonly decode: DecodeSettings;
  readonly model: (typeof SPEECH_MODELS)[number];
}

/** Reads the settings. Throws ConfigError where ffmpeg or the model is not there or a number makes no sense. */
export function readSettings(env: Env): TranscriberSettings {
  const read = readEnv(
    {
      TERCET_FFMPEG: settings.host.default('ffmpeg'),
      TERCET_SPEECH_MODEL: settings.oneOf(SPEECH_MODELS),
      TERCET_MAX_SPEECH_SEGMENTS: settings.positive(20),
      TERCET_MAX_AUDIO_SECONDS: settings.positive(4 * 3600),
      TERCET_MAX_AUDIO_DECODE_MS: settings.milliseconds(20_000),
    },
    env,
  );
  return {
    decode: {
      ffmpegPath: findExecutable(read.TERCET_FFMPEG, env['PATH'] ?? ''),
      maxSegments: read.TERCET_MAX_SPEECH_SEGMENTS,
      segmentMs: 30_000,
      segmentOverlapMs: 0,
      maxAudioSeconds: read.TERCET_MAX_AUDIO_SECONDS,
      maxDecodeMs: read.TERCET_MAX_AUDIO_DECODE_MS,
    },
    model: read.TERCET_SPEECH_MODEL,
  };
}
