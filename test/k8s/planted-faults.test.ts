import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FAULTS as POD_FAULTS } from './faults.js';
import { NETWORK_FAULTS } from './network-faults.js';
import { K8S, render } from './render/render.js';
import { withComponent } from './render/with-component.js';
import { findingsOf } from './rules/findings.js';
import { Schemas } from './schema/schemas.js';

const FAULTS = [...POD_FAULTS, ...NETWORK_FAULTS];
let schemas: Schemas;
let folder: string;
beforeAll(() => {
  schemas = new Schemas();
  folder = mkdtempSync(join(tmpdir(), 'tercet-faults-'));
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('there are at least fifteen, and every rule catches one', async () => {
  const { RULES } = await import('./rules/all-rules.js');
  expect(FAULTS.length).toBeGreaterThanOrEqual(15);
  const caught = new Set(FAULTS.map(({ caughtBy }) => caughtBy));
  expect(RULES.map(({ name }) => name).filter((name) => !caught.has(name))).toEqual([]);
});

it.each(FAULTS.map((fault) => [fault.name, fault] as const))('caught: %s', async (_, fault) => {
  const copy = join(folder, 'k8s');
  rmSync(copy, { recursive: true, force: true });
  cpSync(K8S, copy, { recursive: true });
  const path = join(copy, fault.file);
  const text = readFileSync(path, 'utf8');
  expect(text.split(fault.replace).length, `${fault.file} holds the text once`).toBe(2);
  writeFileSync(
    path,
    text.replace(fault.replace, () => fault.by),
  );
  const { overlay = 'prod', component } = fault;
  const rendered = component ? withComponent(copy, overlay, component) : join(copy, 'overlays', overlay);
  const found = findingsOf(await render(rendered), schemas);
  const named = found.filter((line) => line.startsWith(`${fault.caughtBy}: `));
  expect(named.join('\n'), found.join('\n')).toMatch(fault.finding);
});
