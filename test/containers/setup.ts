import { rmSync } from 'node:fs';
import { makeBaseImages } from './base-images.js';
import { docker, REPOSITORY } from './docker.js';
import { type Engine, startEngine, whyNoEngine } from './engine.js';

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
  const engine = await findEngine(report);
  if (typeof engine === 'string') {
    report(`containers: skipped: ${engine}`);
    process.env['TERCET_NO_ENGINE'] = engine;
    return undefined;
  }
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

/** A running engine, or why none can be had. */
async function findEngine(report: (line: string) => void): Promise<Engine | string> {
  const reason = await whyNoEngine(report);
  if (reason !== undefined) return reason;
  try {
    return await startEngine(FOLDER);
  } catch (error) {
    return (error as Error).message;
  }
}
