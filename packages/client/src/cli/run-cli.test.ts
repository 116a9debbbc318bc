import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { COMMANDS } from './commands.js';
import { runCli } from './run-cli.js';

let out = '';
let err = '';

beforeEach(() => {
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
  vi.stubEnv('TERCET_KAFKA_BROKERS', undefined);
  vi.stubEnv('TERCET_GATEWAY', '127.0.0.1:1');
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

it('lists every command and explains each of them', async () => {
  expect(await runCli(['--help'])).toBe(0);
  for (const { name } of COMMANDS) expect(out).toContain(`  ${name}`);
  for (const { name, usage } of COMMANDS) {
    out = '';
    expect(await runCli([...name.split(' '), '--help'])).toBe(0);
    expect(out).toContain(`tercet ${usage}`);
  }
});

it.each([
  [[], /usage/],
  [['frobnicate'], /no command/],
  [['submit'], /one file/],
  [['submit', '/no/such/file.json'], /cannot read/],
  [['lookup', 'no-slash'], /TENANT\/ITEM/],
  [['lookup', '--record', 'items-3'], /TOPIC\/PARTITION\/OFFSET/],
  [['lookup', 'a/b', '--verbose'], /verbose/],
  [['wait', 'a/b', '--timeout', 'soon'], /--timeout/],
  [['report', 'a/b'], /--reporter/],
  [['appeal', 'a/b', '--appellant', 'x'], /--statement/],
  [['appeal', 'a/b', '--appellant', 'x', '--statement', 'y', '--version', '1'], /go together/],
  [['audit', 'verify', '--data-dir', 'a', '--database-url', 'b'], /exclude/],
  [['train'], /--data/],
  [['topics', 'create', '--join-partitions', '0'], /--join-partitions wants a number from 1/],
] as const)('answers 2 for a wrong call: %j', async (args, message) => {
  expect(await runCli(args)).toBe(2);
  expect(out + err).toMatch(message);
});

it('answers 69 where no gateway answers', async () => {
  expect(await runCli(['lookup', 'a/b'])).toBe(69);
  expect(err).toMatch(/127\.0\.0\.1:1/);
});

it('prints the topic table as JSON', async () => {
  expect(await runCli(['topics', 'list', '--json'])).toBe(0);
  const names = (JSON.parse(out) as { name: string }[]).map(({ name }) => name);
  expect(names).toContain('items');
  expect(names).toContain('dead-letters');
});
