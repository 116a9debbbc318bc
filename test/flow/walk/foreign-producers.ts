import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestStack } from '@tercet/harness';
import { REPOSITORY } from '@tercet/local';
import { resolveKafkaJars } from '@tercet/local-broker';

const run = promisify(execFile);
const KAFKA_TOOLS = 'org.apache.kafka:kafka-tools:4.3.1';
// Short lives: start quickly rather than run fast.
const JVM_FLAGS = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];
const INSTALL_TIMEOUT_MS = 120_000;
const RUN_TIMEOUT_MS = 60_000;

/** Kafka's own console producer: lines of `headers TAB key TAB value` on its standard input. */
export async function consoleProducer(
  stack: TestStack,
  topic: string,
  lines: readonly string[],
): Promise<void> {
  const jars = await resolveKafkaJars({ onProgress: () => undefined });
  const classPath = `${await kafkaToolsFolder()}/*:${jars}/*`;
  const args = [...JVM_FLAGS, '-cp', classPath, 'org.apache.kafka.tools.ConsoleProducer'];
  args.push('--bootstrap-server', stack.kafkaBrokers.join(','), '--topic', `${stack.prefix}${topic}`);
  args.push('--reader-property', 'parse.headers=true', '--reader-property', 'parse.key=true');
  await new Promise<void>((resolve, reject) => {
    const child = spawn('java', args, { stdio: ['pipe', 'ignore', 'pipe'], timeout: RUN_TIMEOUT_MS });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`the console producer ended with ${code}: ${errors}`));
    });
    child.stdin.end(`${lines.join('\n')}\n`);
  });
}

/** The tools are an artefact of their own, beside the broker's jars. */
async function kafkaToolsFolder(): Promise<string> {
  const folder = join(REPOSITORY, '.cache/kafka-tools');
  const [, artifact, version] = KAFKA_TOOLS.split(':');
  if (existsSync(join(folder, `${artifact}-${version}.jar`))) return folder;
  mkdirSync(folder, { recursive: true });
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:2.8:copy';
  const args = ['-q', '--batch-mode', goal, `-Dartifact=${KAFKA_TOOLS}`, `-DoutputDirectory=${folder}`];
  await run('mvn', args, { cwd: folder, timeout: INSTALL_TIMEOUT_MS });
  return folder;
}

/** examples/python/produce.py in a virtual environment with its pinned client. Resolves with what it printed. */
export async function pythonProducer(stack: TestStack, args: readonly string[]): Promise<string> {
  const folder = join(REPOSITORY, 'examples/python');
  const venv = join(REPOSITORY, '.cache/python');
  const python = join(venv, 'bin/python');
  const done = join(venv, 'lib/installed');
  if (!existsSync(done)) {
    await run('python3', ['-m', 'venv', venv], { timeout: INSTALL_TIMEOUT_MS });
    const install = ['-m', 'pip', 'install', '-q', '-r', join(folder, 'requirements.txt')];
    await run(python, install, { timeout: INSTALL_TIMEOUT_MS });
    mkdirSync(done, { recursive: true });
  }
  const options = ['--brokers', stack.kafkaBrokers.join(','), '--prefix', stack.prefix];
  const { stdout } = await run(python, [join(folder, 'produce.py'), ...options, ...args], {
    timeout: RUN_TIMEOUT_MS,
  });
  return stdout.trim();
}

/** examples/java/Produce.java as a single source file. Resolves with what it printed. */
export async function javaProducer(stack: TestStack, args: readonly string[]): Promise<string> {
  const jars = await resolveKafkaJars({ onProgress: () => undefined });
  const source = join(REPOSITORY, 'examples/java/Produce.java');
  const options = [
    ...JVM_FLAGS,
    '-cp',
    `${jars}/*`,
    source,
    stack.kafkaBrokers.join(','),
    `${stack.prefix}items`,
  ];
  const { stdout } = await run('java', [...options, ...args], { timeout: RUN_TIMEOUT_MS });
  return stdout.trim();
}
