import { PATCH_HOP_SAMPLES, PATCH_SAMPLES, wavOf } from '@tercet/audio';
import type { RunModel } from '@tercet/encoder/authoring';
import { openModality, part } from '@tercet/encoder/testing';
import { describe, expect, it } from 'vitest';
import { definition } from './modality.js';
import { soundEvents } from './sound-events.js';
import { SOUND_GROUPS } from './sound-groups.js';

/** Patch k of a clip, over all runs, scores `scoreOf(k, class)`; its embedding is [k + 1, 0]. */
function madeModel(scoreOf: (patch: number, index: number) => number): RunModel {
  let seen = 0;
  return async (_, { patches }) => {
    const count = patches?.dims[0] ?? 0;
    const scores = Float32Array.from({ length: count * 521 }, (_, i) =>
      scoreOf(seen + Math.floor(i / 521), i % 521),
    );
    const embedding = Float32Array.from({ length: count * 2 }, (_, i) =>
      i % 2 === 0 ? seen + i / 2 + 1 : 0,
    );
    seen += count;
    return {
      scores: { type: 'float32', data: scores, dims: [count, 521] },
      embedding: { type: 'float32', data: embedding, dims: [count, 2] },
    };
  };
}

const clip = (patches: number) => new Int16Array(PATCH_SAMPLES + (patches - 1) * PATCH_HOP_SAMPLES);

describe('soundEvents', () => {
  it('takes the highest of a group over patches, whichever run a patch was in', async () => {
    const run = madeModel((patch, index) => (patch === 5 && index === 422 ? 0.75 : 0.125));
    const { vectors, signals } = await soundEvents('sounds').embed([clip(7)], run);
    expect(signals['gunshot']).toEqual([0.75]);
    expect(signals['siren']).toEqual([0.125]);
    expect([...(vectors[0] ?? [])]).toEqual([1, 0]);
  });

  it('keeps the segments apart', async () => {
    const run = madeModel((patch, index) => (patch === 0 && index === 11 ? 0.5 : 0));
    const { signals } = await soundEvents('sounds').embed([clip(1), clip(1)], run);
    expect(signals['screaming']).toEqual([0.5, 0]);
  });

  it('has classes of the model in its groups, each once', () => {
    const classes = SOUND_GROUPS.flatMap((group) => group.classes);
    expect(new Set(classes).size).toBe(classes.length);
    for (const index of classes) expect(index).toBeLessThan(521);
  });
});

const whole = await openModality(definition);
const isInstalled = whole.models['sounds'] !== undefined;

/** Twenty bursts of noise in two seconds, each dying away at once. */
function bursts(): Int16Array {
  let seed = 1;
  let low = 0;
  return Int16Array.from({ length: 48_000 }, (_, i) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const noise = seed / 2 ** 31 - 1;
    low += 0.3 * (noise - low);
    const t = i < 32_000 ? (i / 16_000) % 0.1 : 1;
    const value = noise * Math.exp(-t * 80) + low * 2 * Math.exp(-t * 30);
    return Math.round(32_767 * Math.max(-1, Math.min(1, value)));
  });
}

it.skipIf(!isInstalled)(
  'hears shots in bursts of noise, and none in a hum, where the model is installed',
  async () => {
    const hum = Int16Array.from({ length: 48_000 }, (_, i) => Math.round(6000 * Math.sin(i / 20)));
    const outcomes = await whole.encode(part(wavOf(bursts())), part(wavOf(hum)));
    const shots = outcomes.map((outcome) => {
      const embedding = outcome.kind === 'embedded' ? outcome.embeddings[1] : undefined;
      expect(embedding?.dimension).toBe(1024);
      return embedding?.signals.find(({ name }) => name === 'gunshot')?.values[0] ?? -1;
    });
    expect(shots[0]).toBeGreaterThan(0.9);
    expect(shots[1]).toBeLessThan(0.1);
  },
);
