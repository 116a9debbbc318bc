import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256Of } from './digest.js';
import type { ModelLock } from './lock.js';
import { buildModels, listModels, resolveModel, verifyModels } from './models.js';
import { GraphBuilder } from './onnx/graph-builder.js';
import type { ModelProgress } from './progress.js';

let root: string;
let options: { readonly cacheDir: string; readonly lockPath: string };

function identity(): Uint8Array {
  const graph = new GraphBuilder('identity');
  graph.output('y', graph.input('x', 'float32', ['n']), 'float32', ['n']);
  return graph.encode();
}

async function writeLock(
  graph: Uint8Array,
  change: (lock: ModelLock) => void = () => undefined,
): Promise<void> {
  await writeFile(join(root, 'mine.onnx'), graph);
  const pinned = { sha256: sha256Of(graph), bytes: graph.byteLength };
  const lock: ModelLock = {
    lockVersion: 1,
    defaults: { text: 'mine' },
    models: [
      {
        name: 'mine',
        version: '2',
        slot: 'text',
        license: 'MIT',
        sources: [{ kind: 'file', id: 'graph', path: 'mine.onnx', ...pinned }],
        graph: { builder: 'as-is', from: ['graph'], ...pinned },
        files: { 'side.bin': 'graph' },
        companions: [],
        inputs: [{ name: 'x', shape: 'float32[n]' }],
        outputs: [{ name: 'y', shape: 'float32[n]' }],
        dimension: 1,
        parameters: { scale: 2 },
      },
    ],
  };
  change(lock);
  await writeFile(options.lockPath, JSON.stringify(lock));
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tercet-models-'));
  options = { cacheDir: join(root, 'cache'), lockPath: join(root, 'models.lock.json') };
});

afterEach(() => rm(root, { recursive: true, force: true }));

describe('a user’s own model', () => {
  it('is built once, then resolved by slot and by name with its digest', async () => {
    await writeLock(identity());
    const progress: ModelProgress[] = [];
    const [listed] = await buildModels({ ...options, onProgress: (step) => progress.push(step) });
    expect(listed).toMatchObject({ name: 'mine', isDefault: true, built: true });
    expect(progress.at(-1)).toEqual({
      phase: 'build',
      what: 'mine',
      bytes: identity().length,
      totalBytes: identity().length,
    });
    const bySlot = await resolveModel('text', options);
    expect(bySlot.graph).toEqual(Buffer.from(identity()));
    expect(bySlot.ref).toEqual({ name: 'mine', version: '2', digest: listed?.digest });
    expect(bySlot.parameters).toEqual({ scale: 2 });
    expect(Object.keys(bySlot.files)).toEqual(['side.bin']);
    expect((await resolveModel('mine', options)).digest).toBe(bySlot.digest);

    await rm(join(root, 'mine.onnx'));
    progress.length = 0;
    await buildModels({ ...options, onProgress: (step) => progress.push(step) });
    expect(progress).toEqual([]);
  });

  it('is missing until it is built', async () => {
    await writeLock(identity());
    await expect(resolveModel('text', options)).rejects.toMatchObject({ code: 'model_missing' });
    expect(await listModels(options)).toMatchObject([{ built: false }]);
    expect(await verifyModels(options)).toMatchObject([{ name: 'mine', state: 'missing' }]);
  });

  it('is built only where it is named, where the lock file says so', async () => {
    await writeLock(identity(), (lock) => Object.assign(lock.models[0] as object, { onRequest: true }));
    expect(await buildModels(options)).toMatchObject([{ name: 'mine', built: false }]);
    expect(await verifyModels(options)).toMatchObject([{ name: 'mine', state: 'absent' }]);
    expect(await buildModels({ ...options, only: ['mine'] })).toMatchObject([{ built: true }]);
    expect(await verifyModels(options)).toMatchObject([{ name: 'mine', state: 'ok' }]);
  });

  it('is refused where the file is not the pinned one', async () => {
    await writeLock(identity());
    await writeFile(join(root, 'mine.onnx'), 'something else');
    await expect(buildModels(options)).rejects.toMatchObject({ kind: 'Unavailable', code: 'model_mismatch' });
  });

  it('is refused where its cached bytes were changed', async () => {
    await writeLock(identity());
    await buildModels(options);
    await writeFile(join(options.cacheDir, 'sha256', sha256Of(identity())), 'tampered');
    await expect(resolveModel('mine', options)).rejects.toMatchObject({ code: 'model_mismatch' });
    expect(await verifyModels(options)).toMatchObject([{ state: 'mismatch' }]);
  });

  it('is refused where the built graph is not the pinned one', async () => {
    await writeLock(identity(), (lock) =>
      Object.assign(lock.models[0]?.graph as object, { sha256: 'f'.repeat(64) }),
    );
    await expect(buildModels(options)).rejects.toMatchObject({ code: 'model_mismatch' });
  });

  it('is refused where it is no ONNX graph', async () => {
    await writeLock(new TextEncoder().encode('pickle'));
    await expect(buildModels(options)).rejects.toMatchObject({ kind: 'InvalidInput', code: 'undecodable' });
  });
});
