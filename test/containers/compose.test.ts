import { wavOf } from '@tercet/audio';
import { connectGateway, type GatewayClient } from '@tercet/client';
import { type Decision, DecisionStatus, Item, LookupState, Part } from '@tercet/contracts';
import { loginToDashboard, waitFor } from '@tercet/harness';
import { freePort } from '@tercet/local-broker';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, docker, REPOSITORY, tryDocker } from './docker.js';
import { imagesOfCompose } from './images.js';
import { NO_ENGINE } from './no-engine.js';
import { attempt } from './run.js';

const BUILD_TIMEOUT_MS = 1_800_000;
const READY_TIMEOUT_MS = 420_000;
const PROJECT = 'tercet-test';

interface Container {
  readonly Name: string;
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly Health?: { readonly Status: string };
  };
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean;
    readonly Memory: number;
    readonly NanoCpus: number;
    readonly CapDrop: readonly string[] | null;
  };
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
}

describe.skipIf(NO_ENGINE)('compose.yaml', () => {
  let gateway: GatewayClient;
  let decision: Decision | undefined;
  const ports = {
    TERCET_KAFKA_PORT: '',
    TERCET_GRPC_PORT: '',
    TERCET_DASHBOARD_PORT: '',
    TERCET_DASHBOARD_HEALTH_PORT: '',
  };

  const compose = async (...args: string[]): Promise<string> => {
    const file = ['-p', PROJECT, '-f', `${REPOSITORY}deploy/compose.yaml`];
    const { stdout, failure } = await attempt('docker-compose', [...file, ...args], {
      env: { ...process.env, ...ports },
    });
    if (failure !== undefined) throw new Error(failure);
    return stdout;
  };
  const containers = async (): Promise<Map<string, Container>> => {
    const ids = (
      await docker('ps', '--all', '--quiet', '--filter', `label=com.docker.compose.project=${PROJECT}`)
    ).trim();
    const found = JSON.parse(await docker('inspect', ...ids.split('\n'))) as Container[];
    return new Map(found.map((one) => [one.Config.Labels['com.docker.compose.service'] ?? one.Name, one]));
  };

  beforeAll(async () => {
    for (const image of Object.values(imagesOfCompose())) {
      const { failure } = await build(image);
      if (failure !== undefined) throw new Error(failure);
    }
    for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = String(await freePort());
    await compose('up', '--detach', '--no-build');
    gateway = connectGateway(`127.0.0.1:${ports.TERCET_GRPC_PORT}`);
  }, BUILD_TIMEOUT_MS);

  afterAll(async () => {
    gateway?.[Symbol.dispose]();
    await compose('down', '--volumes', '--timeout', '30');
    const left = await tryDocker([
      'ps',
      '--all',
      '--quiet',
      '--filter',
      `label=com.docker.compose.project=${PROJECT}`,
    ]);
    expect(left.stdout).toBe('');
  }, 180_000);

  it(
    'starts everything: jobs end well, services become healthy',
    async () => {
      const until = Date.now() + READY_TIMEOUT_MS;
      for (;;) {
        const found = await containers();
        const unready = [...found].filter(([, { State }]) => !isWell(State)).map(([name]) => name);
        if (unready.length === 0) break;
        if (Date.now() > until) {
          const logs = await compose('logs', '--tail', '8', ...unready);
          throw new Error(`not ready: ${unready.join(', ')}\n${logs}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
      const found = await containers();
      for (const job of ['topics', 'models', 'migrations'])
        expect(found.get(job)?.State, job).toMatchObject({ Status: 'exited', ExitCode: 0 });
    },
    READY_TIMEOUT_MS + 60_000,
  );

  it('migrates the dashboard’s database by a job, and leaves the dashboard nothing to migrate', async () => {
    expect(await compose('logs', 'migrations')).toMatch(/"kind":"pglite","count":[1-9]/);
    expect(await compose('logs', 'dashboard')).toContain('"migrations_applied":0');
  });

  it('confines what it starts: limits on all, no way to write but where it must, no capabilities', async () => {
    for (const [name, { HostConfig }] of await containers()) {
      expect(HostConfig.Memory, name).toBeGreaterThan(0);
      expect(HostConfig.NanoCpus, name).toBeGreaterThan(0);
      expect(HostConfig.CapDrop, name).toEqual(['ALL']);
      if (name !== 'kafka') expect(HostConfig.ReadonlyRootfs, name).toBe(true);
    }
  });

  it('decides an item with text, a picture and sound, by all of its parts', async () => {
    const item = Item.fromPartial({
      tenant: 'acme',
      itemId: 'post-1',
      version: 1n,
      windowMs: 120_000,
      parts: [
        {
          partId: 'body',
          modality: 'text',
          language: 'en',
          content: { $case: 'text', value: 'My garden in May' },
        },
        inline('photo', 'image', 'image/jpeg', await picture()),
        inline('clip', 'audio', 'audio/wav', tone()),
      ],
    });
    await gateway.submitItem(item, 30_000);
    decision = await gateway.waitForDecision('acme', 'post-1', 1n, 180_000);
    expect(decision?.status).toBe(DecisionStatus.DECIDED);
    const used = decision?.partsUsed.map(({ partId }) => partId) ?? [];
    // The words were read out of the picture, by ocr and then the text encoder.
    expect(used).toEqual(expect.arrayContaining(['body', 'photo', 'photo/ocr']));
    // There is no speech in a plain tone, and no head scores it but where YAMNet was installed; whoever was asked answered.
    const missing = decision?.partsMissing ?? [];
    expect(missing.map(({ partId }) => partId)).toContain('clip/speech');
    expect([...used, ...missing.map(({ partId }) => partId)]).toContain('clip');
    expect(missing.filter(({ code }) => code === 'timeout')).toEqual([]);
    // Who waits reads `decisions`; a look-up reads the join, which marks a decision behind its commit.
    await waitFor(
      'the look-up to know of it',
      async () => (await gateway.getDecision('acme', 'post-1')).state === LookupState.DECIDED,
    );
  }, 240_000);

  it('shows the item on the dashboard, and says which of its words weighed', async () => {
    const { TERCET_DASHBOARD_PORT: port } = ports;
    const lead = await loginToDashboard(`http://127.0.0.1:${port}`, { name: 'lead', role: 'lead' });
    const item = await lead.get<{ parts: { partId: string; content: { state: string } }[] }>(
      '/api/v1/items/acme/post-1',
    );
    expect(item.parts.map(({ partId }) => partId)).toEqual(expect.arrayContaining(['body', 'photo', 'clip']));
    const weighed = decision?.categories.find(({ contributions }) =>
      contributions.some(({ partId }) => partId === 'body'),
    );
    const request = { version: 1, partId: 'body', category: weighed?.category };
    const { status, body } = await lead.send('POST', '/api/v1/items/acme/post-1/explain', request);
    expect(status, JSON.stringify(body)).toBe(200);
    expect((body as { words: unknown[] }).words).toHaveLength('My garden in May'.split(' ').length);
  }, 120_000);

  it('ends a service within its grace, by its own hand', async () => {
    await compose('stop', '--timeout', '30', 'gateway', 'intake', 'text-encoder', 'fusion', 'dashboard');
    const found = await containers();
    for (const name of ['gateway', 'intake', 'text-encoder', 'fusion', 'dashboard'])
      expect(found.get(name)?.State.ExitCode, name).toBe(0);
  }, 180_000);
});

function isWell({ Status, ExitCode, Health }: Container['State']): boolean {
  return Health ? Health.Status === 'healthy' : Status === 'exited' && ExitCode === 0;
}

function inline(partId: string, modality: string, mediaType: string, value: Uint8Array): Part {
  return Part.fromPartial({ partId, modality, mediaType, content: { $case: 'inline', value } });
}

/** A notice with words on it. */
function picture(): Promise<Uint8Array> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="240">
    <rect width="100%" height="100%" fill="#fff"/>
    <text x="30" y="130" font-size="44" font-family="DejaVu Sans">Garden party on Sunday</text></svg>`;
  return sharp(Buffer.from(svg)).jpeg().toBuffer();
}

/** A second of 440 Hz. */
function tone(): Uint8Array {
  return wavOf(
    Int16Array.from({ length: 16_000 }, (_, i) => 9000 * Math.sin((2 * Math.PI * 440 * i) / 16_000)),
  );
}
