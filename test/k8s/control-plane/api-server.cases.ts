import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { deployments, type Manifest, workloads } from '../render/manifest.js';
import { K8S, render } from '../render/render.js';
import { findKubectl } from '../render/tools.js';
import { API_SERVER, areAtHand, buildPrograms } from './build.js';
import { applyDefinitions } from './definitions.js';
import { type ApiServer, startApiServer } from './start.js';

const OVERLAYS = readdirSync(`${K8S}/overlays`).sort();
const there = areAtHand(API_SERVER);
if (!there) console.log('no API server was built: TERCET_API_SERVER=build npm run test:k8s builds one first');

describe.skipIf(!there)('a real API server', () => {
  let server: ApiServer;
  let folder: string;
  beforeAll(async () => {
    buildPrograms(API_SERVER);
    folder = mkdtempSync(join(tmpdir(), 'tercet-apply-'));
    server = await startApiServer(findKubectl());
    await applyDefinitions(server);
  }, 3_600_000);
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    if (folder) rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it.each(OVERLAYS)(
    'takes overlay %s by server-side apply, strictly and without a warning, and again unchanged',
    async (name) => {
      const args = [
        'apply',
        '--server-side',
        '--validate=strict',
        '--force-conflicts',
        '-k',
        `${K8S}/overlays/${name}`,
      ];
      const { code, out, errors } = await server.kubectl(...args);
      expect(errors).not.toMatch(/warning|error/i);
      expect(code, errors).toBe(0);
      expect(out.split('\n').filter((line) => line.endsWith('serverside-applied'))).toHaveLength(
        (await render(`${K8S}/overlays/${name}`)).length,
      );
      const diff = await server.kubectl(
        'diff',
        '--server-side',
        '--force-conflicts',
        '-k',
        `${K8S}/overlays/${name}`,
      );
      expect(diff.code, diff.out).toBe(0);
    },
    120_000,
  );

  it.each(OVERLAYS)(
    'admits the pods of %s under the restricted standard',
    async (name) => {
      for (const { name: workload, manifest, pod, labels } of workloads(
        await render(`${K8S}/overlays/${name}`),
      )) {
        const answer = await createPod(workload, manifest, pod, labels);
        expect(answer.errors, workload).not.toMatch(/warning|error|forbidden/i);
        expect(answer.code, answer.errors).toBe(0);
      }
    },
    120_000,
  );

  it('refuses a pod that may run as root', async () => {
    const [one] = deployments(await render(`${K8S}/overlays/prod`));
    if (!one) throw new Error('prod has no Deployment');
    const { runAsUser, ...rest } = one.pod['securityContext'];
    const answer = await createPod(
      'root',
      one.manifest,
      { ...one.pod, securityContext: { ...rest, runAsNonRoot: false } },
      {},
    );
    expect(runAsUser).toBeGreaterThan(0);
    expect(answer.code).not.toBe(0);
    expect(answer.errors).toMatch(/violates PodSecurity "restricted/);
  });

  function createPod(name: string, { metadata }: Manifest, spec: object, labels: object) {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: metadata.namespace, labels },
      spec,
    };
    const path = join(folder, 'pod.yaml');
    writeFileSync(path, stringify(pod));
    return server.kubectl('create', '--dry-run=server', '--validate=strict', '-f', path);
  }
});
