import { setMaxListeners } from 'node:events';
import { decodeVector } from '@tercet/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PartInput } from '../modality.js';
import { type Embedded, InferenceClient } from './inference-client.js';
import type { BatchSize } from './messages.js';

const MODULE = new URL('../../fixtures/letters-modality.mjs', import.meta.url).href;
const never = new AbortController().signal;
setMaxListeners(0, never);

function part(text: string): PartInput {
  return { bytes: Buffer.from(text), mediaType: 'text/plain', language: '', derivation: undefined };
}

function vectorOf({ outcome }: Embedded): number[] {
  if (outcome.kind !== 'embedded') return [];
  const [embedding] = outcome.embeddings;
  const [vector] = embedding?.vectors ?? [];
  return vector && embedding ? [...decodeVector(vector, embedding.encoding, embedding.dimension)] : [];
}

describe('InferenceClient', () => {
  const deaths: string[] = [];
  const broken: string[] = [];
  const batches: BatchSize[] = [];
  let beats = 0;
  let client: InferenceClient;

  function create(moduleUrl = MODULE, runMs = 5): InferenceClient {
    return new InferenceClient(
      {
        settings: {
          moduleUrl,
          modalitySettings: JSON.stringify({ runMs }),
          modelFiles: { cacheDir: 'no models are asked for' },
          executionProvider: 'cpu',
          intraOpThreads: 1,
          batch: { maxCost: 400, maxParts: 8 },
          maxPreparing: 2,
          prepareTimeoutMs: 700,
          runTimeoutMs: 3000,
        },
        startTimeoutMs: 30_000,
        silenceTimeoutMs: 5000,
        restartInitialMs: 10,
        restartMaxMs: 1000,
        maxFailedStarts: 3,
      },
      {
        onReady: () => undefined,
        onDeath: (cause) => deaths.push(cause),
        onBeat: (rssBytes) => {
          if (rssBytes > 0) beats += 1;
        },
        onBatch: (size) => batches.push(size),
        onBroken: (detail) => broken.push(detail),
      },
    );
  }

  beforeEach(() => {
    deaths.length = 0;
    broken.length = 0;
    batches.length = 0;
    beats = 0;
    client = create();
  });
  afterEach(() => client[Symbol.asyncDispose]());

  const embed = (text: string) => client.embed(part(text), never);
  const codeOf = (text: string) =>
    embed(text).then(
      ({ outcome }) => outcome.kind,
      (error: { code?: string }) => error.code ?? String(error),
    );

  it('embeds each part as itself, in batches, whatever its neighbours', async () => {
    const ready = await client.start();
    expect(ready.encoderDigest).toMatch(/^[0-9a-f]{64}$/);
    const texts = Array.from({ length: 100 }, (_, i) => 'a'.repeat(1 + (i % 7)) + 'b'.repeat(1 + (i % 30)));
    const results = await Promise.all(texts.map(embed));
    results.forEach((result, i) => {
      expect(vectorOf(result)).toEqual([1 + (i % 7), 1 + (i % 30), 0, 0]);
    });
    await expect.poll(() => batches.reduce((sum, { parts }) => sum + parts, 0)).toBe(100);
    for (const { parts, cost } of batches) {
      expect(parts).toBeLessThanOrEqual(8);
      expect(cost).toBeLessThanOrEqual(400);
    }
    expect(Math.max(...batches.map(({ parts }) => parts))).toBeGreaterThan(4);
    expect(deaths).toEqual([]);
  });

  it('answers an empty part, and gives a bad part its own code', async () => {
    await client.start();
    const codes = await Promise.all(['a', '', 'prepare:refuse', 'embed:refuse', 'b'].map(codeOf));
    expect(codes).toEqual(['embedded', 'empty', 'undecodable_media', 'undecodable_media', 'embedded']);
    expect(deaths).toEqual([]);
  });

  it.each(['prepare:exit', 'prepare:kill', 'embed:exit', 'embed:kill'])(
    'gives up a part that ends its process twice (%s), its neighbours unharmed',
    async (poison) => {
      await client.start();
      const before = client.pid;
      const codes = await Promise.all([...'abcdabcd', poison, ...'abcdabcd'].map(codeOf));
      expect(codes.splice(8, 1)).toEqual(['crashed']);
      expect(new Set(codes)).toEqual(new Set(['embedded']));
      expect(deaths).toEqual(['crashed', 'crashed']);
      expect(client.pid).not.toBe(before);
    },
  );

  it.each(['prepare:throw', 'embed:throw'])('gives up a part that meets a bug twice (%s)', async (poison) => {
    await client.start();
    const codes = await Promise.all([...'abcd', poison, ...'abcd'].map(codeOf));
    expect(codes.splice(4, 1)).toEqual(['crashed']);
    expect(new Set(codes)).toEqual(new Set(['embedded']));
    expect(deaths).toEqual([]);
    expect(broken).toEqual(Array(2).fill('TypeError: a mistake in the modality'));
  });

  it('ends a decode that takes too long by its signal, without losing the process', async () => {
    await client.start();
    const codes = await Promise.all(['a', 'prepare:sleep', 'b'].map(codeOf));
    expect(codes).toEqual(['embedded', 'decode_timeout', 'embedded']);
    expect(deaths).toEqual([]);
  });

  it.each(['prepare:deaf', 'prepare:spin', 'embed:hang', 'embed:spin'])(
    'kills a process in which something hangs (%s), its neighbours unharmed',
    async (poison) => {
      await client.start();
      const codes = await Promise.all(['a', poison, 'b'].map(codeOf));
      expect(codes).toEqual(['embedded', 'decode_timeout', 'embedded']);
      expect(deaths).toEqual(['hung', 'hung']);
    },
    60_000,
  );

  it('loses nothing when the process is killed from outside in the middle of the work', async () => {
    client = create(MODULE, 50);
    await client.start();
    const calls = Array.from({ length: 60 }, (_, i) => codeOf('ab'.repeat(1 + (i % 9))));
    await Promise.race(calls);
    process.kill(client.pid ?? 0, 'SIGKILL');
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['embedded']));
    expect(deaths).toEqual(['crashed']);
  });

  it('drops what its caller gave up, and goes on', async () => {
    client = create(MODULE, 100);
    await client.start();
    const given = new AbortController();
    setMaxListeners(0, given.signal);
    const kept = Promise.all([...'abcdabcd'].map(codeOf));
    const dropped = Promise.allSettled(
      [...'abcdabcdabcd'].map((text) => client.embed(part(text), given.signal)),
    );
    given.abort();
    expect((await dropped).map(({ status }) => status)).toEqual(Array(12).fill('rejected'));
    expect(new Set(await kept)).toEqual(new Set(['embedded']));
    expect(await codeOf('a')).toBe('embedded');
  });

  it('rejects what is open when it stops, and reports signs of life until then', async () => {
    await client.start();
    const open = codeOf('embed:hang');
    await expect.poll(() => beats, { timeout: 20_000 }).toBeGreaterThan(0);
    await client[Symbol.asyncDispose]();
    expect(await open).toBe('inference_unavailable');
    expect(await codeOf('a')).toBe('inference_unavailable');
  });

  it('says why a process cannot start', async () => {
    client = create(new URL('./no-such-module.mjs', import.meta.url).href);
    await expect(client.start()).rejects.toThrow(/no-such-module/);
  });
});
