import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SERVICES as LOCAL_SERVICES } from '@tercet/local';
import { describe, expect, it } from 'vitest';
import { DEFAULT_DRAIN_MS, ENCODER_NAMES, ENCODERS, SERVICES, topicOf } from './rules/code.js';
import { quantity } from './rules/quantity.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const source = (path: string): string => readFileSync(`${ROOT}/${path}`, 'utf8');

it('the local stack and the manifests run the same services', () => {
  // The local stack may leave the dashboard out.
  expect([...new Set([...LOCAL_SERVICES, 'dashboard'])].sort()).toEqual([...SERVICES].sort());
});

it.each(ENCODER_NAMES)('%s is the name of a service, and so of its group', async (encoder) => {
  const path = `${ROOT}/packages/encoder/src/inference/load-modality.ts`;
  const { serviceName } = (await import(path)) as { serviceName: (definition: object) => string };
  const text = source(`services/${encoder}/src/modality.ts`);
  const field = (name: string): string | undefined => new RegExp(`\\b${name}: '([^']+)'`).exec(text)?.[1];
  const [service, suffix, modality] = [field('service'), field('suffix'), ENCODERS[encoder]];
  const definition = { name: modality, service, derives: suffix ? { suffix } : undefined };
  expect(text).toMatch(new RegExp(`\\bname: '${modality}'`));
  expect(serviceName(definition)).toBe(encoder);
  expect(source('packages/encoder/src/start-encoder.ts')).toContain('groupId: name');
  expect(topicOf(encoder)).toBe(`raw.${modality}`);
});

it('the drain has a default that the rules could read', () => {
  expect(DEFAULT_DRAIN_MS).toBeGreaterThan(0);
});

describe('an image holds what the manifests name', () => {
  it.each(['policies', 'models/heads', 'models/models.lock.json', 'packages/client/bin/tercet.js'])(
    '%s',
    (path) => {
      expect(existsSync(`${ROOT}/${path}`)).toBe(true);
    },
  );
});

it.each([
  ['100m', 0.1],
  ['2', 2],
  ['512Mi', 536_870_912],
  ['1.5Gi', 1_610_612_736],
])('%s is %d', (text, value) => {
  expect(quantity(text)).toBe(value);
});
