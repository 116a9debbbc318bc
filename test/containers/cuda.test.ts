import { describe, expect, it } from 'vitest';
import { build, runIn, tryDocker } from './docker.js';
import { imagesOfCompose } from './images.js';
import { NO_ENGINE } from './no-engine.js';

const TIMEOUT_MS = 1_200_000;
const PROVIDER = 'libonnxruntime_providers_cuda.so';
const encoder = imagesOfCompose()['text-encoder'];
const CUDA = { ...encoder, tag: 'tercet-test/text-encoder-cuda', target: 'cuda' };
const BAKED = { ...encoder, tag: 'tercet-test/text-encoder:baked', target: 'baked' };

// Not run on a GPU: there is none here. What is seen is that nothing pretends to be one.
describe.skipIf(NO_ENGINE)('the CUDA variant', () => {
  it(
    'is not built where its library cannot be had, and names it',
    async () => {
      const { failure } = await build({
        ...CUDA,
        tag: 'tercet-test/none',
        target: 'cuda-libraries',
        offline: true,
      });
      expect(failure).toContain(`${PROVIDER} cannot be had`);
    },
    TIMEOUT_MS,
  );

  it(
    'is not ready without the library, and says so',
    async () => {
      expect((await build(BAKED)).failure).toBeUndefined();
      expect(await startUnder(BAKED.tag, 'cuda')).toMatchObject({ exitCode: 69, code: 'provider_missing' });
    },
    TIMEOUT_MS,
  );

  // Some 1.2 GB of wheels.
  const skipped = process.env['TERCET_CONTAINERS_CUDA'] === '0';
  it.skipIf(skipped)(
    'carries the library, and is not ready without a device',
    async () => {
      expect((await build(CUDA)).failure).toBeUndefined();
      const found = await runIn(CUDA.tag, 'find', ['/app', '/opt/cuda', '-name', '*.so*', '-size', '+1M']);
      expect(found).toContain(`/linux/x64/${PROVIDER}`);
      expect(found).toMatch(/\/opt\/cuda\/lib\/libcudart\.so\.13|\/opt\/cuda\/lib\/libcublas\.so\.13/);
      // The models of the other image, mounted.
      const volume = 'tercet-test-models';
      await tryDocker(['run', '--rm', '--entrypoint', 'true', '-v', `${volume}:/models`, BAKED.tag]);
      expect(await startUnder(CUDA.tag, undefined, ['-v', `${volume}:/models:ro`])).toMatchObject({
        exitCode: 69,
        code: 'provider_device_missing',
      });
      await tryDocker(['volume', 'rm', volume]);
    },
    TIMEOUT_MS,
  );
});

/** Starts an encoder that is to fail before it asks for Kafka; how it ended and the code that it logged last. */
async function startUnder(tag: string, provider: string | undefined, options: readonly string[] = []) {
  const settings = {
    TERCET_KAFKA_BROKERS: '127.0.0.1:1',
    TERCET_CONTENT_STORE: 'file:///tmp',
    ...(provider && { TERCET_EXECUTION_PROVIDER: provider }),
  };
  const env = Object.entries(settings).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  const confined = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--network', 'none', '--init'];
  const name = 'tercet-test-start';
  await tryDocker(['rm', '--force', name]);
  await tryDocker(['run', '--detach', '--name', name, ...confined, ...env, ...options, tag]);
  const { stdout: exitCode } = await tryDocker(['wait', name]);
  const { stdout: log } = await tryDocker(['logs', name]);
  await tryDocker(['rm', '--force', name]);
  const codes = [...log.matchAll(/provider_[a-z_]+/g)].map(([code]) => code);
  return { exitCode: Number(exitCode), code: codes.at(-1), log };
}
