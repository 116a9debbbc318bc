import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wavOf } from '@tercet/audio';
import { SpanUnit } from '@tercet/contracts';
import type { Outcome } from '@tercet/encoder/authoring';
import {
  checkGolden,
  maxDifference,
  onlyEmbedding,
  openModality,
  part,
  vectorsOf,
} from '@tercet/encoder/testing';
import { describe, expect, it, vi } from 'vitest';
import { definition } from './modality.js';

const RATE = 16_000;
const audio = await openModality(definition, process.env, {}, []);
const few = await openModality(definition, { ...process.env, TERCET_MAX_AUDIO_SEGMENTS: '5' }, {}, []);

/** A tone whose pitch wanders, the same on every machine. */
function wander(seconds: number, pitch = 200, amplitude = 6000): Int16Array {
  return Int16Array.from({ length: Math.round(seconds * RATE) }, (_, i) => {
    const t = i / RATE;
    return Math.round(
      amplitude * Math.sin(2 * Math.PI * pitch * (t + 0.2 * Math.sin(t))) * Math.sin(3 * t) ** 2,
    );
  });
}

/** Has ffmpeg write a clip in another format; `output` ends with the format's name. */
function encoded(wav: Buffer, ...output: string[]): Buffer {
  return execFileSync(audio.settings.ffmpegPath, ['-v', 'error', '-i', 'pipe:0', ...output, 'pipe:1'], {
    input: wav,
    maxBuffer: 1 << 26,
  });
}

/** The same through a file that ffmpeg can go back in: an MP4 gets its index at its end, an MP3 its length. */
function encodedInFile(wav: Buffer, ...output: string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'tercet-clip-'));
  try {
    const file = join(folder, 'clip');
    execFileSync(audio.settings.ffmpegPath, ['-v', 'error', '-i', 'pipe:0', ...output, file], { input: wav });
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const m4a = (wav: Buffer) => encodedInFile(wav, '-c:a', 'aac', '-f', 'ipod');

async function failure(bytes: Uint8Array, mediaType = '', opened = audio): Promise<unknown> {
  return opened.encode(part(bytes, mediaType)).then(
    (outcomes) => outcomes[0]?.kind,
    (error: { code?: string }) => error.code,
  );
}

const spansOf = (outcome: Outcome | undefined) =>
  onlyEmbedding(outcome).vectors.map(({ span }) => [Number(span?.start), Number(span?.end)]);

const signalOf = (outcome: Outcome | undefined, name: string) =>
  onlyEmbedding(outcome).signals.find((signal) => signal.name === name)?.values ?? [];

const half = (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1);
const tone = wavOf(wander(12));

describe('audio', () => {
  it('gives a vector of 192 elements per segment, with its time and its share of speech', async () => {
    const [outcome] = await audio.encode(part(wavOf(wander(25)), 'audio/wav'));
    const { dimension, model } = onlyEmbedding(outcome);
    expect(dimension).toBe(192);
    expect(model).toEqual(audio.models['speech']?.ref);
    expect(spansOf(outcome)).toEqual([
      [0, 10_000],
      [9_000, 19_000],
      [15_000, 25_000],
    ]);
    expect(onlyEmbedding(outcome).vectors[0]?.span?.unit).toBe(SpanUnit.MILLISECOND);
    for (const vector of vectorsOf(outcome)) expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
    expect(signalOf(outcome, 'speech')).toHaveLength(3);
  });

  it('takes a clip shorter than the model looks at', async () => {
    const [outcome] = await audio.encode(part(wavOf(wander(0.3))));
    expect(spansOf(outcome)).toEqual([[0, 300]]);
  });

  it.each([
    ['mp3', () => encoded(tone, '-f', 'mp3')],
    ['ogg', () => encoded(tone, '-f', 'ogg')],
    ['flac', () => encoded(tone, '-f', 'flac')],
    ['webm', () => encoded(tone, '-f', 'webm')],
    ['8 kHz stereo wav of open length', () => encoded(tone, '-ar', '8000', '-ac', '2', '-f', 'wav')],
    ['m4a with its index at the end', () => m4a(tone)],
  ])('reads %s', async (_format, make) => {
    const bytes = make();
    const [outcome] = await audio.encode(part(bytes, 'audio/*'));
    expect(spansOf(outcome)[0]).toEqual([0, 10_000]);
    expect(spansOf(outcome)[1]?.[1]).toBeGreaterThan(11_900);
  });

  it('writes the m4a of the test as it says', () => {
    const bytes = m4a(tone);
    expect(bytes.indexOf('moov')).toBeGreaterThan(bytes.indexOf('mdat'));
  });

  it('calls what holds no samples empty', async () => {
    expect(await audio.encode(part(new Uint8Array(0)))).toEqual([{ kind: 'empty', code: 'no_audio' }]);
    expect(await audio.encode(part(wavOf(new Int16Array(0))))).toEqual([{ kind: 'empty', code: 'no_audio' }]);
  });

  it.each([
    ['wav', () => half(tone)],
    ['mp3', () => half(encodedInFile(tone, '-f', 'mp3'))],
    ['flac', () => half(encoded(tone, '-f', 'flac'))],
    ['m4a', () => half(m4a(tone))],
  ])('refuses a truncated %s', async (_format, make) => {
    expect(await failure(make())).toBe('undecodable_media');
  });

  it.each([
    ['noise declared as audio', Buffer.alloc(5000, 'x7!'), 'audio/mpeg', 'unsupported_media'],
    [
      'a picture declared as audio',
      Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
      'audio/wav',
      'media_mismatch',
    ],
    ['audio declared as a picture', tone, 'image/png', 'media_mismatch'],
    [
      'a playlist',
      Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n'),
      'audio/mpegurl',
      'unsupported_media',
    ],
    [
      'a concatenation script',
      Buffer.from("ffconcat version 1.0\nfile '/etc/hostname'\n"),
      '',
      'unsupported_media',
    ],
  ])('refuses %s', async (_what, bytes, mediaType, code) => {
    expect(await failure(bytes, mediaType)).toBe(code);
  });

  it('gives up on time', async () => {
    const hasty = await openModality(definition, { ...process.env, TERCET_MAX_AUDIO_DECODE_MS: '1' });
    expect(await failure(encoded(tone, '-f', 'flac'), '', hasty)).toBe('decode_timeout');
  });

  it('stops when it is told to', async () => {
    const flac = part(encoded(tone, '-f', 'flac'));
    await expect(audio.modality.prepare(flac, AbortSignal.abort())).rejects.toMatchObject({
      kind: 'Unavailable',
    });
  });

  it('leaves no file behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tercet-clip-'));
    vi.stubEnv('TMPDIR', folder);
    try {
      await failure(half(tone));
      await audio.encode(part(tone));
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('three hours of audio', () => {
  const minute = encoded(
    wavOf(wander(60)),
    '-b:a',
    '16k',
    '-write_xing',
    '0',
    '-id3v2_version',
    '0',
    '-f',
    'mp3',
  );
  const hours = Buffer.concat(Array.from({ length: 180 }, () => minute));

  it('are looked at in as many places as the limit allows, from the first to the last', async () => {
    const [outcome] = await few.encode(part(hours, 'audio/mpeg'));
    const spans = spansOf(outcome);
    expect(spans).toHaveLength(5);
    expect(spans[0]?.[0]).toBe(0);
    expect(spans.at(-1)?.[1]).toBeGreaterThan(3 * 3_600_000 - 60_000);
    expect(spans[2]?.[0]).toBeGreaterThan(3_600_000);
    expect(spans[2]?.[1]).toBeLessThan(2 * 3_600_000);
    const truncated = outcome?.kind === 'embedded' ? outcome.truncated : [];
    const skippedMs = truncated.reduce((ms, { span }) => ms + Number(span?.end) - Number(span?.start), 0);
    expect(new Set(truncated.map(({ code }) => code))).toEqual(new Set(['max_segments']));
    expect(skippedMs).toBeGreaterThan(3 * 3_600_000 - 120_000);
  });

  it('are too long where the limit says so', async () => {
    const strict = await openModality(definition, {
      ...process.env,
      TERCET_MAX_AUDIO_SEGMENTS: '5',
      TERCET_MAX_AUDIO_SECONDS: '3600',
    });
    expect(await failure(hours, 'audio/mpeg', strict)).toBe('too_long');
  });
});

describe('a batch', () => {
  it('changes no vector and no signal of its parts', async () => {
    // A loud neighbour, a silent one, one of many segments and one shorter than a window.
    const clips = [
      wander(12),
      wander(3, 500, 30_000),
      new Int16Array(4 * RATE),
      wander(31, 120),
      wander(0.4, 900, 200),
    ].map((samples) => wavOf(samples));
    const together = await audio.encode(...clips.map((clip) => part(clip)));
    for (const [index, clip] of clips.entries()) {
      const [alone] = await audio.encode(part(clip));
      expect(signalOf(together[index], 'speech')).toEqual(signalOf(alone, 'speech'));
      for (const [row, vector] of vectorsOf(alone).entries())
        expect(maxDifference(vector, vectorsOf(together[index])[row] ?? [])).toBeLessThan(1e-5);
    }
  });

  it('gives the same bytes for the same bytes', async () => {
    const [first] = await audio.encode(part(tone));
    const [second] = await audio.encode(part(tone));
    expect(onlyEmbedding(second).vectorDigest).toBe(onlyEmbedding(first).vectorDigest);
  });
});

const speaker = ['/usr/bin/espeak-ng', '/usr/local/bin/espeak-ng'].find((path) => {
  try {
    return execFileSync(path, ['--version']).length > 0;
  } catch {
    return false;
  }
});

it.skipIf(speaker === undefined)('hears speech where there is some', async () => {
  const spoken = execFileSync(speaker ?? '', [
    '--stdout',
    'Good morning. The library opens at nine and closes at five.',
  ]);
  const [speech, hum] = await audio.encode(part(spoken), part(wavOf(wander(5))));
  expect(signalOf(speech, 'speech')[0]).toBeGreaterThan(0.5);
  expect(signalOf(hum, 'speech')[0]).toBeLessThan(0.2);
});

it('gives the vectors that are on file', async () => {
  const [long, short] = await audio.encode(part(tone), part(wavOf(wander(0.5, 440))));
  checkGolden(new URL('./audio.golden.json', import.meta.url), {
    'first segment of a wandering tone': vectorsOf(long)[0] ?? [],
    'half a second': vectorsOf(short)[0] ?? [],
  });
});
