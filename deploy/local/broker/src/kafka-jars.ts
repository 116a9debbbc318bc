import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { access, copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { UnavailableError } from '@tercet/kit';

interface JarLock {
  readonly kafka: string;
  readonly jars: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const DEFAULT_CACHE = fileURLToPath(new URL('../../../../.cache/kafka', import.meta.url));

export interface JarOptions {
  /** Where resolved jars are kept, one folder per version. Default: `.cache/kafka` of the repository. */
  readonly cacheDir?: string;
  /** One line of progress for people. Default: standard error. */
  readonly onProgress?: (line: string) => void;
}

/**
 * A folder with the jars of an Apache Kafka broker, each with the size and sha256 of `kafka-jars.lock.json`. Resolved
 * by Maven where the cache does not hold them; a cache that differs from the lock is thrown away and resolved anew.
 *
 * @throws UnavailableError `broker_unavailable` where Maven fails or its jars are not those of the lock.
 */
export async function resolveKafkaJars(options: JarOptions = {}): Promise<string> {
  const say = options.onProgress ?? ((line: string) => process.stderr.write(`${line}\n`));
  const lock = JSON.parse(await readFile(join(PACKAGE, 'kafka-jars.lock.json'), 'utf8')) as JarLock;
  const cache = options.cacheDir ?? DEFAULT_CACHE;
  const folder = join(cache, lock.kafka);
  const found = await firstDifference(folder, lock);
  if (found === undefined) return folder;
  if (await exists(folder)) {
    say(`Kafka ${lock.kafka}: the cached jars are not those of the lock (${found}); resolving them again`);
    await rm(folder, { recursive: true, force: true });
  }
  await resolveInto(cache, folder, lock, say);
  return folder;
}

async function resolveInto(cache: string, folder: string, lock: JarLock, say: (line: string) => void) {
  const names = Object.keys(lock.jars);
  const bytes = Object.values(lock.jars).reduce((sum, jar) => sum + jar.bytes, 0);
  say(`Kafka ${lock.kafka}: resolving ${names.length} jars (${megabytes(bytes)}) with Maven, once`);
  // Resolved aside and renamed when whole: neither a kill nor a second process leaves half a folder.
  const aside = join(cache, `.${lock.kafka}-${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(aside, { recursive: true });
    await copyFile(join(PACKAGE, 'pom.xml'), join(aside, 'pom.xml'));
    await runMaven(aside, lock, say);
    const wrong = await firstDifference(join(aside, 'jars'), lock);
    if (wrong !== undefined)
      throw new UnavailableError('broker_unavailable', `Maven's jars are not those of the lock: ${wrong}`);
    await rename(join(aside, 'jars'), folder).catch(async (error: unknown) => {
      if ((await firstDifference(folder, lock)) !== undefined) throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  say(`Kafka ${lock.kafka}: ${names.length} jars, ${megabytes(bytes)}, verified`);
}

function runMaven(cwd: string, lock: JarLock, say: (line: string) => void): Promise<void> {
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:2.8:copy-dependencies';
  const args = ['--batch-mode', goal, '-DincludeScope=runtime', '-DoutputDirectory=jars'];
  return new Promise((resolve, reject) => {
    const maven = spawn('mvn', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const errors: string[] = [];
    let ownJars = 0;
    createInterface({ input: maven.stdout }).on('line', (line) => {
      const [, name, size] = /Downloaded .*\/([^/ ]+\.jar) \(([^)]*)\)/.exec(line) ?? [];
      if (name !== undefined && lock.jars[name]) say(`  ${name} (${size})`);
      else if (name !== undefined) ownJars += 1;
      if (line.includes('ERROR')) errors.push(line);
    });
    maven.stderr.on('data', (data: Buffer) => errors.push(data.toString()));
    maven.once('error', (cause) =>
      reject(new UnavailableError('broker_unavailable', 'mvn cannot be run; install Maven', { cause })),
    );
    maven.once('close', (code) => {
      if (ownJars > 0) say(`  and ${ownJars} jars of Maven's own plugin`);
      if (code === 0) resolve();
      else reject(new UnavailableError('broker_unavailable', `mvn ended with ${code}: ${errors.join('\n')}`));
    });
  });
}

/** What of the folder is not as the lock says; undefined where all is. */
async function firstDifference(folder: string, lock: JarLock): Promise<string | undefined> {
  for (const [name, jar] of Object.entries(lock.jars)) {
    const content = await readFile(join(folder, name)).catch(() => undefined);
    if (content === undefined) return `${name} is missing`;
    if (createHash('sha256').update(content).digest('hex') !== jar.sha256) return `${name} differs`;
  }
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
