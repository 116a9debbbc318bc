import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { audioGolden, type Golden, imageGolden, textGolden } from '../proofs/run-golden.js';
import { cosine, largestDifference } from '../proofs/sample-texts.js';

let golden: Record<'int8' | 'fp32' | 'image' | 'audio', Golden>;

beforeAll(async () => {
  golden = JSON.parse(await readFile(new URL('./models.golden.json', import.meta.url), 'utf8'));
});

function expectNear(actual: Golden, expected: Golden, tolerance: number): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [name, values] of Object.entries(expected)) {
    expect(actual[name], name).toHaveLength(values.length);
    expect(largestDifference(actual[name] as number[], values), name).toBeLessThan(tolerance);
  }
}

describe('golden vectors', () => {
  it('holds for the text model in fp32', async () => {
    expectNear(await textGolden('fp32'), golden.fp32, 1e-4);
  }, 300_000);

  it('holds for the text model in int8, whose rounding may differ between CPUs', async () => {
    const actual = await textGolden('int8');
    for (const [text, values] of Object.entries(golden.int8)) {
      expect(cosine(actual[text] as number[], values), text).toBeGreaterThan(0.9995);
    }
  }, 300_000);

  it('holds for the image model', async () => {
    expectNear(await imageGolden(), golden.image, 1e-3);
  }, 300_000);

  it('holds for the audio models', async () => {
    expectNear(await audioGolden(), golden.audio, 2e-2);
  }, 300_000);
});
