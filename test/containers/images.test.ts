import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { namedBaseImages } from './base-images.js';
import { build, type Image, inspectImage, REPOSITORY, runIn } from './docker.js';
import { imagesOfCompose, isService, sizeLimit } from './images.js';
import { NO_ENGINE } from './no-engine.js';

const BUILD_TIMEOUT_MS = 1_800_000;
const images = imagesOfCompose();
const names = Object.keys(images);
const services = names.filter(isService);
const tagOf = (name: string): string => images[name]?.tag ?? name;

describe.skipIf(NO_ENGINE)('images', () => {
  const built = new Map<string, Image>();
  let base: Image;
  let withDecoder: Image;

  beforeAll(async () => {
    for (const name of names) {
      const { failure } = await build(images[name] as (typeof images)[string]);
      if (failure !== undefined) throw new Error(failure);
      built.set(name, await inspectImage(tagOf(name)));
    }
    base = await inspectImage(namedBaseImages().node);
    const decoder = { tag: 'tercet-test/decoder', target: 'runtime-ffmpeg' };
    expect((await build(decoder)).failure).toBeUndefined();
    withDecoder = await inspectImage(decoder.tag);
  }, BUILD_TIMEOUT_MS);

  it('are built of every service that compose.yaml runs, and of every service in the checkout', () => {
    const inCheckout = readdirSync(`${REPOSITORY}services`).filter(isService);
    expect([...services].sort()).toEqual(inCheckout.sort());
  });

  it('add no more to their base than was promised', () => {
    const decoderBytes = withDecoder.Size - base.Size;
    const rows = names.map((name) => {
      const image = built.get(name) as Image;
      const decoder = images[name]?.args?.['DECODER'] === 'ffmpeg' ? decoderBytes : 0;
      const added = image.Size - base.Size - decoder;
      return { name, added, decoder, total: image.Size, limit: sizeLimit(name) };
    });
    const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1).padStart(7);
    const lines = rows.map(
      ({ name, added, decoder, total, limit }) =>
        `${name.padEnd(14)} ${megabytes(added)} ${limit ? megabytes(limit) : '       '} ${megabytes(decoder)} ${megabytes(total)}`,
    );
    const head = 'image            added   limit decoder   total  (MB)';
    process.stdout.write(`${[head, ...lines, `base           ${megabytes(base.Size)}`].join('\n')}\n`);
    mkdirSync(`${REPOSITORY}.run`, { recursive: true });
    writeFileSync(`${REPOSITORY}.run/containers.json`, JSON.stringify({ base: base.Size, rows }, null, 1));
    expect(rows.filter(({ added, limit }) => limit !== undefined && added > limit)).toEqual([]);
  });

  it('run a Node that is in long-term support', async () => {
    expect(await runIn(tagOf('intake'), 'node', ['-p', 'process.release.lts'])).toMatch(/^[A-Z][a-z]+\n$/);
  });

  describe.each(services)('%s', (name) => {
    it('runs as nobody in particular, says how to ask whether it is well, and what it is', () => {
      const { User, Healthcheck, Labels } = (built.get(name) as Image).Config;
      expect(User).toBe('1000:1000');
      expect(Healthcheck?.Test).toEqual(['CMD', 'bash', '/app/health.sh']);
      expect(Labels).toMatchObject({
        'org.opencontainers.image.title': `tercet/${name}`,
        'org.opencontainers.image.licenses': 'Apache-2.0',
      });
    });

    it('holds what runs and nothing else', async () => {
      const listing = await runIn(tagOf(name), 'find', ['/app', '-type', 'f']);
      const files = listing.trim().split('\n');
      expect(files).toContain(`/app/services/${name}/dist/main.js`);
      expect(files).toContain('/app/policies/default.yaml');
      const others = files.filter(
        (path) => /^\/app\/services\//.test(path) && !path.includes(`/services/${name}/`),
      );
      expect(others).toEqual([]);
      const neverRun = files.filter((path) => /\.(ts|map|tsbuildinfo)$|\.test\.js$/.test(path));
      expect(neverRun).toEqual([]);
      const tools = files.filter((path) =>
        /\/node_modules\/\.pnpm\/(typescript|vitest|@biomejs|testcontainers)/.test(path),
      );
      expect(tools).toEqual([]);
      const runtimes = files.filter((path) => /libonnxruntime|onnxruntime_binding/.test(path));
      for (const path of runtimes) expect(path).toContain('/linux/x64/');
    });

    it('lists what it is made of in CycloneDX', async () => {
      const sbom = JSON.parse(await runIn(tagOf(name), 'cat', ['/app/sbom.cdx.json'])) as Sbom;
      expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name } } });
      const found = await runIn(tagOf(name), 'sh', ['-c', 'ls -d /app/node_modules/.pnpm/*@*']);
      const installed = new Set(found.trim().split('\n').map(packageOfFolder));
      const listed = new Set(sbom.components.map(({ purl }) => packageOfPurl(purl)));
      expect([...installed].filter((one) => !listed.has(one))).toEqual([]);
    });
  });

  it(
    'carries the models where they are baked in, and not where they are mounted',
    async () => {
      const image = { ...images['text-encoder'], tag: 'tercet-test/text-encoder:baked', target: 'baked' };
      expect((await build(image)).failure).toBeUndefined();
      const files = (tag: string) => runIn(tag, 'sh', ['-c', 'ls -lR /models | grep -c "^-" || true']);
      // The graph and its tokenizer; nothing of other encoders, nothing that it was built from.
      expect((await files(image.tag)).trim()).toBe('2');
      expect((await files(tagOf('text-encoder'))).trim()).toBe('0');
    },
    BUILD_TIMEOUT_MS,
  );

  it(
    'are the same when they are built again from nothing',
    async () => {
      const again = { ...images['intake'], tag: 'tercet-test/intake:again', fresh: true };
      expect((await build(again)).failure).toBeUndefined();
      const { RootFS } = await inspectImage(again.tag);
      expect(await digests(again.tag)).toEqual(await digests(tagOf('intake')));
      expect(RootFS.Layers).toEqual((built.get('intake') as Image).RootFS.Layers);
    },
    BUILD_TIMEOUT_MS,
  );
});

interface Sbom {
  readonly components: readonly { readonly purl: string }[];
}

/** `@scope+name@1.2.3(peers)` of pnpm's store, as `@scope/name@1.2.3`. */
function packageOfFolder(path: string): string {
  const folder = path.split('/').at(-1) ?? path;
  const [, name = '', version = ''] = /^(@?[^@]+)@([^_(]+)/.exec(folder) ?? [];
  return `${name.replace('+', '/')}@${version}`;
}

function packageOfPurl(purl: string): string {
  return decodeURIComponent(purl.replace(/^pkg:npm\//, '').split('?')[0] ?? '');
}

/** Every file of the application: mode, owner and time, then the sha256 of each. */
async function digests(tag: string): Promise<string[]> {
  const facts = "find app -type f -printf '%m %U:%G %T@ %p\\n' | sort -k4";
  const sums = 'find app -type f -print0 | sort -z | xargs -0 sha256sum';
  return (await runIn(tag, 'sh', ['-c', `cd / && ${facts} && ${sums}`])).trim().split('\n');
}
