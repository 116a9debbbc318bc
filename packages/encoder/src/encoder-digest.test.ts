import { describe, expect, it } from 'vitest';
import { encoderDigest } from './encoder-digest.js';

const model = (digest: string) => ({ name: 'model', version: '1', digest });

describe('encoderDigest', () => {
  it('is the same whatever the order of slots and settings', () => {
    const one = encoderDigest('audio', { a: model('1'), b: model('2') }, { x: 1, y: { p: [1, 2], q: null } });
    const other = encoderDigest(
      'audio',
      { b: model('2'), a: model('1') },
      { y: { q: null, p: [1, 2] }, x: 1 },
    );
    expect(one).toBe(other);
    expect(one).toMatch(/^[0-9a-f]{64}$/);
  });

  it('changes with the modality, a model, its slot and a setting', () => {
    const digests = [
      encoderDigest('audio', { a: model('1') }, { x: 1 }),
      encoderDigest('image', { a: model('1') }, { x: 1 }),
      encoderDigest('audio', { a: model('2') }, { x: 1 }),
      encoderDigest('audio', { b: model('1') }, { x: 1 }),
      encoderDigest('audio', { a: model('1') }, { x: 2 }),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });
});
