import { describe, expect, it } from 'vitest';
import {
  MADE_ENTRIES,
  MADE_WEIGHTS,
  madeHeads,
  madeManifest,
  PICTURES,
  WORDS,
} from '../fixtures/made-heads.js';
import { parseHeadSet } from './head-set.js';
import { HeadSetError } from './policy-error.js';

describe('parseHeadSet', () => {
  it('knows its models and has one digest whatever the order of the heads', () => {
    const set = madeHeads();
    expect([...set.modelDigests].sort()).toEqual([WORDS, PICTURES]);
    const turned = parseHeadSet(madeManifest([...MADE_ENTRIES].reverse()), MADE_WEIGHTS);
    expect(turned.ref).toEqual(set.ref);
  });

  it('refuses weights or heads that are not what the digests say', () => {
    const flipped = Uint8Array.from(MADE_WEIGHTS);
    flipped[3] = (flipped[3] ?? 0) ^ 0x80;
    expect(() => parseHeadSet(madeManifest(), flipped)).toThrow(HeadSetError);
    const moved = madeManifest().replace('"bias":-4', '"bias":4');
    expect(() => parseHeadSet(moved, MADE_WEIGHTS)).toThrow(/^digest/);
  });

  it('names the place of what is malformed', () => {
    const wrong = (change: (manifest: Record<string, unknown>) => void, weights = MADE_WEIGHTS) => {
      const manifest = JSON.parse(madeManifest(MADE_ENTRIES, weights));
      change(manifest);
      return () => parseHeadSet(JSON.stringify(manifest), weights);
    };
    expect(() => parseHeadSet('{', MADE_WEIGHTS)).toThrow('the manifest is not JSON');
    expect(wrong((m) => Object.assign(m, { format: 2 }))).toThrow(/^format/);
    expect(wrong((m) => Object.assign(m, { heads: [] }))).toThrow(/^heads/);
    expect(wrong((m) => Object.assign((m['heads'] as object[])[0] ?? {}, { kind: 'magic' }))).toThrow(
      /^heads\.0/,
    );
    expect(wrong((m) => Object.assign((m['heads'] as object[])[1] ?? {}, { weights_at: 3 }))).toThrow(
      /^heads\.1\.weights_at/,
    );
    expect(wrong((m) => Object.assign((m['heads'] as object[])[1] ?? {}, { name: 'words-red' }))).toThrow(
      /^heads\.1\.name/,
    );
    const infinite = new Uint8Array(new Float32Array([8, Number.POSITIVE_INFINITY, 0, 8]).buffer);
    expect(wrong(() => undefined, infinite)).toThrow(/^heads\.0: a weight is not finite/);
  });
});
