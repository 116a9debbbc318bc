import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkProvider, profileNodes, type Runtime } from './provider-check.js';

describe('checkProvider', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'provider-check-'));
    for (const name of ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'])
      writeFileSync(join(folder, name), '');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A runtime with a GPU, but for what a test says. */
  const runtime = (otherwise: Partial<Runtime> = {}): Runtime => ({
    providers: () => ['cpu', 'cuda'],
    folder,
    loaderError: () => undefined,
    probe: async () => ['CUDAExecutionProvider'],
    ...otherwise,
  });

  it('passes where all of the probe was profiled on the device', async () => {
    await expect(checkProvider('cuda', runtime())).resolves.toBeUndefined();
  });

  it('misses the library beside the runtime', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'provider-none-'));
    await expect(checkProvider('cuda', runtime({ folder: empty }))).rejects.toMatchObject({
      code: 'provider_missing',
      detail: expect.stringContaining('libonnxruntime_providers_shared.so'),
    });
    rmSync(empty, { recursive: true });
  });

  it('misses a library of CUDA that the provider is linked with', async () => {
    const loaderError = (path: string) =>
      path.endsWith('cuda.so') ? 'libcublasLt.so.13: cannot open shared object file' : undefined;
    await expect(checkProvider('cuda', runtime({ loaderError }))).rejects.toMatchObject({
      code: 'provider_missing',
      detail: expect.stringContaining('libcublasLt.so.13'),
    });
  });

  // The loader's words where the library and those of CUDA are there, and no driver; test/containers sees the real ones.
  it('misses the device where the library lacks the driver, or opens no session', async () => {
    const loaderError = (path: string) =>
      path.endsWith('cuda.so') ? 'libcuda.so.1: cannot open shared object file' : undefined;
    const probe = () => Promise.reject(new Error('CUDA failure 100: no CUDA-capable device is detected'));
    for (const without of [{ loaderError }, { probe }])
      await expect(checkProvider('cuda', runtime(without))).rejects.toMatchObject({
        code: 'provider_device_missing',
      });
  });

  it('refuses a session that opens and quietly runs on the processor, by its real profile', async () => {
    const probe = () => profileNodes(['cpu']);
    await expect(checkProvider('cuda', runtime({ probe }))).rejects.toMatchObject({
      code: 'provider_not_used',
      detail: expect.stringContaining('CPUExecutionProvider'),
    });
    const mixed = async () => ['CUDAExecutionProvider', 'CPUExecutionProvider'];
    await expect(checkProvider('cuda', runtime({ probe: mixed }))).rejects.toMatchObject({
      code: 'provider_not_used',
    });
  });

  it('does not take a run without a profile for a proof', async () => {
    await expect(checkProvider('cuda', runtime({ probe: async () => [] }))).rejects.toMatchObject({
      code: 'provider_not_used',
    });
  });

  it('says so where the platform has no such provider', async () => {
    await expect(checkProvider('cuda', runtime({ providers: () => ['cpu'] }))).rejects.toMatchObject({
      code: 'provider_missing',
    });
  });
});
