// Runs the test suites one after another and closes with one line, `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const SUITES = ['unit', 'contract', 'flow', 'promises', 'chaos'];
// Run where they are named: they fetch what the others do without.
const MORE_SUITES = ['k8s', 'scaling', 'containers', 'browser'];
const HELP = `Usage: npm test -- [--suite NAME]... [FILTER]...

Runs ${SUITES.join(', ')} (or the suites named) on real Kafka and Redis. chaos is \`npm run chaos\` in its smoke
profile; each of its checks counts as a test.
  --suite NAME   one of ${[...SUITES, ...MORE_SUITES].join(', ')}; may be repeated
  --help         this text
TERCET_BROKERS=external|docker|processes chooses where the brokers come from; see README.md.
`;

const { values, positionals } = parseArgs({
  options: { suite: { type: 'string', multiple: true }, help: { type: 'boolean' } },
  allowPositionals: true,
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
// A filter names test files.
const suites = values.suite ?? SUITES.filter((name) => name !== 'chaos' || positionals.length === 0);
const unknown = suites.filter((name) => ![...SUITES, ...MORE_SUITES].includes(name));
if (unknown.length > 0) {
  process.stderr.write(`no such suite: ${unknown.join(', ')}\n${HELP}`);
  process.exit(2);
}

const SILENT = 'ended with an error and without a failed test';
const results = join(root, '.run/test-results');
mkdirSync(results, { recursive: true });
const started = Date.now();
let passed = 0;
let failed = 0;
let skipped = 0;
const failures = [];
for (const suite of suites) {
  const outcome = suite === 'chaos' ? runChaos() : runSuite(suite);
  passed += outcome.passed;
  failed += outcome.failed;
  skipped += outcome.skipped;
  failures.push(...outcome.failures.map((name) => `${suite}: ${name}`));
  console.log(`${suite}: ${outcome.passed} passed, ${outcome.failed} failed in ${outcome.seconds} s`);
}
console.log(`${Math.round((Date.now() - started) / 1000)} s in all`);
for (const name of failures) console.log(`failed  ${name}`);
const total = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
writeFileSync(join(results, 'total.json'), JSON.stringify({ passed, failed, skipped, failures }));
console.log(total);
process.exit(failed === 0 ? 0 : 1);

function runSuite(suite) {
  const report = join(results, `${suite}.json`);
  rmSync(report, { force: true });
  const at = Date.now();
  const child = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--project',
      suite,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...positionals,
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, CI: process.env.CI ?? 'true' } },
  );
  const seconds = Math.round((Date.now() - at) / 1000);
  const counts = read(report);
  // A file that fails to load, a failing hook or a run that died has no failed test of its own.
  if (child.status === 0 || counts.failed > 0) return { ...counts, seconds };
  return { ...counts, failed: 1, failures: [SILENT], seconds };
}

/** Each check of a run is a test; a run that ends without checks is one that failed. FILTERs name no check. */
function runChaos() {
  const report = join(results, 'chaos.json');
  rmSync(report, { force: true });
  const at = Date.now();
  const child = spawnSync(
    process.execPath,
    [join(root, 'test/chaos/dist/main.js'), '--profile', 'smoke', '--lateness', 'report', '--json', report],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  const seconds = Math.round((Date.now() - at) / 1000);
  try {
    const { checks } = JSON.parse(readFileSync(report, 'utf8'));
    const failures = checks.filter((check) => !check.passed).map((check) => check.name);
    const passed = checks.length - failures.length;
    if (child.status !== 0 && failures.length === 0) failures.push(SILENT);
    return { passed, failed: failures.length, skipped: 0, failures, seconds };
  } catch {
    return { passed: 0, failed: 1, skipped: 0, failures: [SILENT], seconds };
  }
}

function read(report) {
  try {
    const json = JSON.parse(readFileSync(report, 'utf8'));
    const tests = json.testResults.flatMap((file) => file.assertionResults);
    const failures = tests.filter((one) => one.status === 'failed').map((one) => one.fullName);
    return {
      passed: json.numPassedTests,
      failed: json.numFailedTests,
      skipped: json.numPendingTests,
      failures,
    };
  } catch {
    return { passed: 0, failed: 0, skipped: 0, failures: [] };
  }
}
