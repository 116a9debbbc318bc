import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { deployments, type Manifest } from './render/manifest.js';
import { K8S, parseManifests, render } from './render/render.js';
import { findingsOf } from './rules/findings.js';
import { quantity } from './rules/quantity.js';
import { Schemas } from './schema/schemas.js';

const GOLDEN = fileURLToPath(new URL('golden', import.meta.url));
const OVERLAYS = readdirSync(`${K8S}/overlays`).sort();
// Only the difference is kept of the GPU overlays: the rest is prod's.
const BASE_OF: Readonly<Record<string, string>> = Object.fromEntries(
  OVERLAYS.filter((name) => name.startsWith('gpu-')).map((name) => [name, 'prod']),
);

const rendered = new Map<string, Manifest[]>();
let schemas: Schemas;
beforeAll(async () => {
  schemas = new Schemas();
  for (const name of OVERLAYS) rendered.set(name, await render(`${K8S}/overlays/${name}`));
}, 300_000);

const of = (name: string): Manifest[] => rendered.get(name) ?? [];

it('the overlays are those that the documents name', () => {
  const gpu = ['audio-encoder', 'image-encoder', 'ocr', 'text-encoder', 'transcriber'].map(
    (one) => `gpu-${one}`,
  );
  expect(OVERLAYS).toEqual(['dev', ...gpu, 'prod']);
});

it('the schemas know what the API server would', () => {
  expect(schemas.kinds).toBeGreaterThan(100);
});

describe.each(OVERLAYS)('overlay %s', (name) => {
  it('is valid, and every rule holds', () => {
    expect(of(name).length).toBeGreaterThan(40);
    expect(findingsOf(of(name), schemas)).toEqual([]);
  });

  it('renders as it did', () => {
    const base = BASE_OF[name];
    const known = new Set((base ? of(base) : []).map((one) => stringify(one)));
    const text = of(name)
      .map((one) => stringify(one))
      .filter((one) => !known.has(one))
      .join('---\n');
    const path = `${GOLDEN}/${name}.yaml`;
    if (process.env['TERCET_UPDATE_GOLDEN'] === '1') writeFileSync(path, text);
    expect(parseManifests(text)).toEqual(parseManifests(readFileSync(path, 'utf8')));
  });
});

it('only dev lets encoders go to zero', () => {
  const least = (name: string): number[] =>
    of(name)
      .filter(({ kind }) => kind === 'ScaledObject')
      .map(({ spec }) => spec.minReplicaCount);
  expect(least('dev')).toEqual([0, 0, 0, 0, 0]);
  expect(least('prod')).toEqual([1, 1, 1, 1, 1]);
});

it('requests the memory that was measured', () => {
  const results = readFileSync(fileURLToPath(new URL('../../bench/RESULTS.md', import.meta.url)), 'utf8');
  const [, section = ''] = /^## Footprint\n(.*?)^## /ms.exec(results) ?? [];
  const measured = new Map(
    [...section.matchAll(/^\| ([a-z-]+) +\|(?:[^|]+\|){2} +([\d,]+) +\|/gm)].map(([, name, mebibytes]) => [
      name,
      Number(mebibytes?.replace(',', '')) * 2 ** 20,
    ]),
  );
  for (const { name, main } of deployments(of('prod'))) {
    expect(measured.get(name), name).toBeGreaterThan(0);
    expect(quantity(main.resources?.requests?.['memory'] ?? ''), name).toBeGreaterThan(
      measured.get(name) ?? 0,
    );
  }
});
