import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const buf = join(root, 'packages/contracts/node_modules/.bin/buf');
const baseline = join(root, 'proto/baseline.binpb');
const copy = mkdtempSync(join(tmpdir(), 'tercet-proto-'));

afterAll(() => rmSync(copy, { recursive: true, force: true }));

function breaking(folder: string): string {
  try {
    execFileSync(buf, ['breaking', '--against', baseline], { cwd: folder, stdio: 'pipe' });
    return '';
  } catch (error) {
    return String((error as { stdout?: Buffer }).stdout ?? error);
  }
}

it('the messages break nothing that was released', () => {
  expect(breaking(join(root, 'proto'))).toBe('');
});

it('a renumbered field is caught', () => {
  cpSync(join(root, 'proto'), copy, { recursive: true });
  const file = join(copy, 'tercet/v1/item.proto');
  writeFileSync(file, readFileSync(file, 'utf8').replace('string item_id = 2;', 'string item_id = 22;'));
  expect(breaking(copy)).toMatch(/item_id|field "2"/);
});
