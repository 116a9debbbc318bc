import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UnavailableError } from '@tercet/kit';
import { REPOSITORY } from '@tercet/local';

const PEER = `${REPOSITORY}/bench/peers/kafka-streams`;
const SOURCES = `${PEER}/src/tercet/peer`;
const CACHE = `${REPOSITORY}/.cache/peers`;
const GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:2.8:copy-dependencies';
const run = promisify(execFile);

/**
 * The peer's class path: its jars by Maven and its classes by javac, kept in the cache by a digest of its sources.
 * @throws UnavailableError where there is no Maven or no JDK.
 */
export async function buildPeer(report: (line: string) => void): Promise<string> {
  const sources = readdirSync(SOURCES).map((name) => join(SOURCES, name));
  const hash = createHash('sha256');
  for (const file of [`${PEER}/pom.xml`, ...sources]) hash.update(readFileSync(file));
  const folder = join(CACHE, `kafka-streams-${hash.digest('hex').slice(0, 12)}`);
  const classPath = `${folder}/classes:${folder}/jars/*`;
  if (existsSync(folder)) return classPath;
  report('Kafka Streams: resolving jars with Maven and compiling the peer, once');
  await mkdir(CACHE, { recursive: true });
  // Built aside and renamed when whole.
  const aside = await mkdtemp(join(CACHE, '.building-'));
  try {
    const goal = ['--batch-mode', '--quiet', '--file', `${PEER}/pom.xml`, GOAL];
    await run('mvn', [...goal, '-DincludeScope=runtime', `-DoutputDirectory=${aside}/jars`]);
    await run('javac', ['--release', '17', '-cp', `${aside}/jars/*`, '-d', `${aside}/classes`, ...sources]);
    await rename(aside, folder);
  } catch (cause) {
    throw new UnavailableError('broker_unavailable', `the Kafka Streams peer cannot be built: ${cause}`, {
      cause,
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return classPath;
}
