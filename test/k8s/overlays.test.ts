import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { deployments, type Manifest } from './render/manifest.js';
import { K8S, parseManifests, render } from './render/render.js';
import { withComponent } from './render/with-component.js';
import { findingsOf } from './rules/findings.js';
import { quantity } from './rules/quantity.js';
import { Schemas } from './schema/schemas.js';

const GOLDEN = fileURLToPath(new URL('golden', import.meta.url));
const OVERLAYS = readdirSync(`${K8S}/overlays`).sort();
/** As an operator would have it: a component on top of prod. */
const MULTILINGUAL = 'prod-text-multilingual';
const RENDERED = [...OVERLAYS, MULTILINGUAL];
// Only the difference is kept of what stands on prod.
const BASE_OF: Readonly<Record<string, string>> = Object.fromEntries(
  RENDERED.filter((name) => /^(gpu-|prod-)/.test(name)).map((name) => [name, 'prod']),
);

const rendered = new Map<string, Manifest[]>();
let schemas: Schemas;
beforeAll(async () => {
  schemas = new Schemas();
  for (const name of OVERLAYS) rendered.set(name, await render(`${K8S}/overlays/${name}`));
  const folder = mkdtempSync(join(tmpdir(), 'tercet-overlays-'));
  try {
    cpSync(K8S, folder, { recursive: true });
    rendered.set(MULTILINGUAL, await render(withComponent(folder, 'prod', 'text-multilingual')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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

describe.each(RENDERED)('overlay %s', (name) => {
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

/** The worst MiB of each service in bench/RESULTS.md, in bytes; of those rows that end in a text. */
function measuredMemory(ending = ''): Map<string, number> {
  const results = readFileSync(fileURLToPath(new URL('../../bench/RESULTS.md', import.meta.url)), 'utf8');
  const [, section = ''] = /^## Footprint\n(.*?)^## /ms.exec(results) ?? [];
  const row = new RegExp(`^\\| ([a-z-]+)${ending} +\\|(?:[^|]+\\|){2} +([\\d,]+) +\\|`, 'gm');
  return new Map(
    [...section.matchAll(row)].map(([, name = '', mebibytes = '']) => [
      name,
      Number(mebibytes.replace(',', '')) * 2 ** 20,
    ]),
  );
}

it('requests the memory that was measured', () => {
  const measured = measuredMemory();
  const multilingual = measuredMemory(', multilingual');
  expect([...multilingual.keys()].sort()).toEqual(['dashboard', 'text-encoder']);
  for (const name of ['prod', MULTILINGUAL])
    for (const { name: service, main } of deployments(of(name))) {
      const bytes = (name === MULTILINGUAL ? multilingual.get(service) : undefined) ?? measured.get(service);
      expect(bytes, service).toBeGreaterThan(0);
      expect(quantity(main.resources?.requests?.['memory'] ?? ''), `${name}: ${service}`).toBeGreaterThan(
        bytes ?? 0,
      );
    }
});

it('runs one text model in encoder and dashboard', () => {
  const models = deployments(of(MULTILINGUAL)).flatMap(({ name, main }) => {
    const model = main.env?.find((one) => one.name === 'TERCET_TEXT_MODEL')?.value;
    return model === undefined ? [] : [[name, model]];
  });
  expect(models).toEqual([
    ['dashboard', 'use-multilingual-v3'],
    ['text-encoder', 'use-multilingual-v3'],
  ]);
});
