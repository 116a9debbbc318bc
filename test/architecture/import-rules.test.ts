import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, ours, sourceFiles, workspaceOf } from './source-files.js';

/** Which of our packages a package may import. A service may import packages, never another service. */
const ALLOWED: Record<string, readonly string[]> = {
  contracts: [],
  kit: ['contracts'],
  items: ['contracts', 'kit'],
  bus: ['contracts', 'kit'],
  'join-state': ['contracts', 'kit'],
  models: ['contracts', 'kit'],
  language: ['kit'],
  lexicon: ['contracts'],
  policy: ['contracts'],
  training: ['contracts', 'kit', 'lexicon', 'models', 'policy'],
  encoder: ['contracts', 'kit', 'bus', 'models'],
  audio: ['contracts', 'kit', 'encoder'],
  image: ['contracts', 'kit', 'encoder'],
  // A suite measures a service by its modality, as tests do.
  eval: [
    'contracts',
    'kit',
    'items',
    'models',
    'encoder',
    'policy',
    'training',
    'audio',
    'intake',
    'ocr',
    'transcriber',
    'audio-encoder',
    'text-encoder',
  ],
  client: ['contracts', 'kit', 'items', 'bus', 'models', 'policy', 'training', 'local-broker'],
  'local-broker': ['contracts', 'kit'],
  local: ['contracts', 'kit', 'bus', 'models', 'policy', 'client', 'local-broker', 'items', 'audio'],
};
const SERVICE_MAY = [
  'contracts',
  'kit',
  'items',
  'bus',
  'join-state',
  'models',
  'language',
  'lexicon',
  'policy',
  'encoder',
  'audio',
  'image',
];

/** Folders whose code only tests and measures; they may import anything of ours. */
const FREE = new Set(['harness', 'chaos', 'test', 'bench']);

/** What tests, contract suites and proofs may import beside what their package may. */
const TESTS_MAY = ['harness', 'local-broker'];

const files = sourceFiles();
const workspaces = [
  ...new Set(files.map((file) => workspaceOf(file.path)?.name).filter((name) => name !== undefined)),
];

describe('imports go one way', () => {
  it.each(workspaces.filter((name) => !FREE.has(name)))('from %s', (name) => {
    const members = files.filter((file) => workspaceOf(file.path)?.name === name);
    const isService = members.some((file) => workspaceOf(file.path)?.isService);
    const allowed = isService ? SERVICE_MAY : ALLOWED[name];
    expect(allowed, `${name} has no row in the import rules`).toBeDefined();
    const wrong = members.flatMap((file) => {
      const may = [name, ...(allowed ?? []), ...(isTest(file.path) ? TESTS_MAY : [])];
      return importsOf(file)
        .filter((specifier) => {
          const target = ours(specifier);
          if (target !== undefined) return !may.includes(target);
          // A package is entered by its name, so that its index is its contract.
          return /^(\.\.\/)+(packages|services|deploy|test)\//.test(specifier);
        })
        .map((specifier) => `${file.path} imports ${specifier}`);
    });
    expect(wrong).toEqual([]);
  });
});

describe('edges', () => {
  const importers = (name: string) =>
    files
      .filter((file) => importsOf(file).some((s) => s === name || s.startsWith(`${name}/`)))
      .map((f) => f.path);

  it('only packages/bus imports the Kafka client', () => {
    const found = importers('kafkajs');
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((path) => !path.startsWith('packages/bus/'))).toEqual([]);
  });

  it('only kit’s telemetry set-up imports an OpenTelemetry SDK', () => {
    const sdk = files.filter((file) =>
      importsOf(file).some((s) => /^@opentelemetry\/(sdk-|exporter-|instrumentation)/.test(s)),
    );
    expect(
      sdk.filter((file) => !file.path.startsWith('packages/kit/src/telemetry/')).map((f) => f.path),
    ).toEqual([]);
  });

  it('a modality knows no Kafka, Redis or environment', () => {
    const modalities = files.filter(
      (file) => /^services\/[a-z]+-encoder\/src\//.test(file.path) && !isTest(file.path),
    );
    expect(modalities.length).toBeGreaterThanOrEqual(3);
    for (const file of modalities) {
      if (basename(file.path) === 'main.ts') continue;
      expect(
        importsOf(file).filter((s) => /^(ioredis|kafkajs|@tercet\/bus)/.test(s)),
        file.path,
      ).toEqual([]);
      expect(readFileSync(file.absolute, 'utf8').includes('process.env'), file.path).toBe(false);
    }
  });

  it('services read their environment through main.ts alone', () => {
    const services = files.filter((file) => /^services\/[^/]+\/src\//.test(file.path) && !isTest(file.path));
    const reading = services.filter((file) => readFileSync(file.absolute, 'utf8').includes('process.env'));
    expect(reading.map((file) => file.path)).toEqual([]);
  });
});

function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || path.includes('/proofs/') || path.includes('/contract/');
}
