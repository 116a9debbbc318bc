import { rmSync } from 'node:fs';
import { makeBaseImages } from './base-images.js';
import { docker, REPOSITORY } from './docker.js';
import { startEngine, whyNoEngine } from './engine.js';

const FOLDER = `${REPOSITORY}.cache/containers`;

/**
 * The runner's set-up: an engine of the tests' own with the images that everything is made from. Where no engine can be had
 * it says why, and the tests are skipped. Everything that was made is taken away again, unless TERCET_CONTAINERS_KEEP=1
 * asks to keep the images for another run.
 */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  const report = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  const reason = await whyNoEngine(report);
  if (reason !== undefined) {
    report(`containers: skipped: ${reason}`);
    process.env['TERCET_NO_ENGINE'] = reason;
    return undefined;
  }
  const engine = await startEngine(FOLDER);
  process.env['DOCKER_HOST'] = engine.host;
  // Testcontainers: no helper container that ends what a killed run left; the engine itself ends.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  process.env['TESTCONTAINERS_HOST_OVERRIDE'] = '127.0.0.1';
  const stop = async (): Promise<void> => {
    const left = (await docker('ps', '--all', '--quiet')).split('\n').filter((id) => id !== '');
    if (left.length > 0) await docker('rm', '--force', '--volumes', ...left);
    await docker('network', 'prune', '--force');
    await engine.stop();
    if (process.env['TERCET_CONTAINERS_KEEP'] !== '1') rmSync(FOLDER, { recursive: true, force: true });
  };
  try {
    await makeBaseImages(report);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
