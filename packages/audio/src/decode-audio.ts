import { type Stretch, uncovered } from '@tercet/encoder/authoring';
import { InvalidInputError, UnavailableError } from '@tercet/kit';
import type { DecodeSettings } from './decode-settings.js';
import { AudioFile, type Decoded, SAMPLE_RATE } from './ffmpeg.js';
import { readInputReport } from './ffmpeg-log.js';
import { plainSamples } from './plain-wav.js';
import { fullCoverMs, planSegments, skippedOf } from './segments.js';

const SAMPLES_PER_MS = SAMPLE_RATE / 1000;
/** How far past the full cover the first pass reads: enough to see that there is more. */
const BEYOND_MS = 1000;
/** A file that ends this much earlier than it declares is cut off: encoders pad, headers round. */
const TOLERATED_SHORTFALL = { ms: 1000, share: 0.05 };
/** Clips of one ffmpeg process. */
const CLIPS_PER_PASS = 32;

export interface AudioSegment {
  /** In milliseconds of the decoded audio. */
  readonly span: Stretch;
  /** Mono, 16 bit, 16 kHz. */
  readonly samples: Int16Array;
}

export interface DecodedAudio {
  readonly segments: readonly AudioSegment[];
  /** What was not looked at, in milliseconds. Where no length is declared, the last one ends where reading stopped. */
  readonly skipped: readonly Stretch[];
}

/**
 * Decodes what the segment rule looks at. An audio within the rule's full cover takes one ffmpeg process, or none where
 * it is plain already; of a longer one the chosen segments are sought and decoded alone, so that neither memory nor time grows with its length.
 * @returns undefined where there are no samples and none were announced.
 * @throws InvalidInputError `undecodable_media`, `decode_timeout`, `too_long`.
 */
export async function decodeAudio(
  bytes: Uint8Array,
  settings: DecodeSettings,
  signal: AbortSignal,
): Promise<DecodedAudio | undefined> {
  const coverMs = fullCoverMs(settings);
  const plain = plainSamples(bytes);
  if (plain && plain.length <= coverMs * SAMPLES_PER_MS) return cutWhole(plain, settings);
  const giveUpAt = performance.now() + settings.maxDecodeMs;
  await using file = await AudioFile.create(bytes);
  const decode = async (stretches: readonly Stretch[]) => {
    const timeoutMs = Math.max(1, giveUpAt - performance.now());
    const decoded = await file.decode(stretches, { ffmpegPath: settings.ffmpegPath, timeoutMs, signal });
    if (decoded.end === 'timeout') {
      if (signal.aborted) throw new UnavailableError('deadline', 'decoding was called off');
      throw new InvalidInputError('decode_timeout', `${settings.maxDecodeMs} ms`);
    }
    return decoded;
  };

  const first = await decode([{ start: 0, end: coverMs + BEYOND_MS }]);
  const { declaredSeconds } = readInputReport(first.log);
  const samples = checkFirstPass(first, coverMs + BEYOND_MS);
  if (samples === undefined) return undefined;
  const readMs = Math.ceil(samples.length / SAMPLES_PER_MS);
  const slice = (span: Stretch) => cut(samples, span);

  if (readMs <= coverMs) return cutWhole(samples, settings);
  if (declaredSeconds === undefined || declaredSeconds * 1000 <= readMs) {
    const { segments } = planSegments(coverMs, settings);
    return {
      segments: segments.map((span) => ({ span, samples: slice(span) })),
      skipped: uncovered(segments, readMs),
    };
  }
  if (declaredSeconds > settings.maxAudioSeconds)
    throw new InvalidInputError('too_long', `${declaredSeconds} s, the limit is ${settings.maxAudioSeconds}`);
  const totalMs = Math.round(declaredSeconds * 1000);
  const planned = planSegments(totalMs, settings).segments;
  const sought = planned.filter(({ end }) => end > readMs);
  const segments: AudioSegment[] = planned
    .filter(({ end }) => end <= readMs)
    .map((span) => ({ span, samples: slice(span) }));
  for (let at = 0; at < sought.length; at += CLIPS_PER_PASS) {
    const stretches = sought.slice(at, at + CLIPS_PER_PASS);
    const { clips, end } = await decode(stretches);
    if (end === 'failed') throw new InvalidInputError('undecodable_media', 'broken after its beginning');
    clips.forEach((clip, index) => {
      const start = stretches[index]?.start ?? 0;
      const lengthMs = Math.floor(clip.length / SAMPLES_PER_MS);
      if (lengthMs > 0) segments.push({ span: { start, end: start + lengthMs }, samples: clip });
    });
  }
  return {
    segments,
    skipped: skippedOf(
      segments.map(({ span }) => span),
      totalMs,
    ),
  };
}

/** Segments of an audio that lies within the rule's full cover. */
function cutWhole(samples: Int16Array, settings: DecodeSettings): DecodedAudio {
  const { segments, skipped } = planSegments(Math.ceil(samples.length / SAMPLES_PER_MS), settings);
  return { segments: segments.map((span) => ({ span, samples: cut(samples, span) })), skipped };
}

function cut(samples: Int16Array, { start, end }: Stretch): Int16Array {
  return samples.slice(Math.round(start * SAMPLES_PER_MS), Math.round(end * SAMPLES_PER_MS));
}

/** Judges the first pass. Returns its samples; undefined where the file holds none and announces none. */
function checkFirstPass(first: Decoded, limitMs: number): Int16Array | undefined {
  const { declaredSeconds, exact, hasAudio } = readInputReport(first.log);
  if (!hasAudio) return undefined;
  // What ffmpeg writes may quote the file: it is judged, never passed on.
  if (first.end === 'failed') throw new InvalidInputError('undecodable_media', 'broken or cut off');
  const samples = first.clips[0] ?? new Int16Array(0);
  const declaredMs = Math.min((declaredSeconds ?? 0) * 1000, limitMs);
  const decodedMs = samples.length / SAMPLES_PER_MS;
  const tolerated = Math.max(TOLERATED_SHORTFALL.ms, declaredMs * TOLERATED_SHORTFALL.share);
  if (exact && declaredMs > decodedMs && (decodedMs === 0 || declaredMs - decodedMs > tolerated))
    throw new InvalidInputError('undecodable_media', `${decodedMs} of ${declaredMs} ms could be read`);
  return samples.length === 0 ? undefined : samples;
}
