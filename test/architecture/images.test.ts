import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { KAFKA_IMAGE, REDIS_IMAGE } from '../../deploy/local/src/brokers/docker-brokers.js';
import { deriversAmong, SERVICES } from '../../deploy/local/src/services.js';

const source = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const dockerfile = source('deploy/Dockerfile');
const { services } = parse(source('deploy/compose.yaml'), { merge: true }) as {
  services: Record<string, ComposeService>;
};

interface ComposeService {
  readonly image: string;
  readonly build?: { readonly args?: Readonly<Record<string, string>> };
  readonly profiles?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly mem_limit?: string;
  readonly cpus?: number;
  readonly pids_limit?: number;
  readonly healthcheck?: object;
}

describe('deploy/Dockerfile', () => {
  it('installs with the pnpm that set-up installs', () => {
    const [, pinned] = /PNPM_VERSION = '([\d.]+)'/.exec(source('deploy/local/setup/packages.mjs')) ?? [];
    expect(dockerfile).toContain(`ARG PNPM_VERSION=${pinned}`);
  });

  it('takes the CUDA library of the ONNX Runtime that the packages name', () => {
    const { dependencies } = JSON.parse(source('packages/models/package.json'));
    const requirements = source('deploy/image/cuda-requirements.txt');
    expect(requirements).toContain(`onnxruntime-gpu==${dependencies['onnxruntime-node']} `);
    for (const line of requirements.split('\n').filter((one) => one !== '' && !one.startsWith('#')))
      expect(line).toMatch(/^[\w-]+==[\d.]+ --hash=sha256:[0-9a-f]{64}$/);
  });
});

describe('deploy/compose.yaml', () => {
  it('runs the services of the local stack, each by its own image', () => {
    // A profile runs a service a second time, with other settings; a job is another program of a service's image.
    const built = Object.entries(services).filter(
      ([, { build, profiles, entrypoint }]) =>
        build?.args?.['SERVICE'] !== undefined && profiles === undefined && entrypoint === undefined,
    );
    for (const [name, { build, image }] of built) {
      expect(build?.args?.['SERVICE']).toBe(name);
      expect(image).toContain(`/${name}:`);
    }
    expect(built.map(([name]) => name)).toEqual(expect.arrayContaining([...SERVICES]));
  });

  it('gives the decoder to who decodes audio', () => {
    for (const [name, { build }] of Object.entries(services).filter(([one]) => isService(one))) {
      const { dependencies } = JSON.parse(source(`services/${name}/package.json`));
      const decodes = dependencies['@tercet/audio'] !== undefined;
      expect(build?.args?.['DECODER'], name).toBe(decodes ? 'ffmpeg' : undefined);
    }
  });

  it('lets intake wait for the derivers that run', () => {
    expect(services['intake']?.environment?.['TERCET_DERIVERS']).toBe(deriversAmong(SERVICES));
  });

  it('names the brokers that the tests run', () => {
    expect(services['kafka']?.image).toBe(KAFKA_IMAGE);
    expect(services['redis']?.image).toBe(REDIS_IMAGE);
  });

  it.each(Object.entries(services))('bounds %s', (_, { mem_limit, cpus, pids_limit }) => {
    expect(mem_limit).toMatch(/^\d+[mg]$/);
    expect(cpus).toBeGreaterThan(0);
    expect(pids_limit).toBeGreaterThan(0);
  });
});

function isService(name: string): boolean {
  return (SERVICES as readonly string[]).includes(name);
}
