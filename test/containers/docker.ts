import { fileURLToPath } from 'node:url';
import { dockerClient } from './engine.js';
import { attempt, type RunOptions, run } from './run.js';

export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

/** What every command is given: the engine by DOCKER_HOST, which the set-up named, and the builder. */
const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  DOCKER_BUILDKIT: '1',
  BUILDKIT_PROGRESS: 'plain',
  COMPOSE_DOCKER_CLI_BUILD: '1',
});

export function docker(...args: string[]): Promise<string> {
  return run(dockerClient(), args, { env: environment() });
}

export function tryDocker(args: readonly string[], options: RunOptions = {}) {
  return attempt(dockerClient(), args, { env: environment(), ...options });
}

export interface Build {
  readonly tag: string;
  readonly target?: string;
  readonly args?: Readonly<Record<string, string>>;
  /** No network for its steps: what must be fetched cannot be had. */
  readonly offline?: boolean;
  /** Builds every step anew. */
  readonly fresh?: boolean;
}

/** Builds an image by deploy/Dockerfile; `failure` says why it could not. */
export function build({ tag, target, args = {}, offline = false, fresh = false }: Build) {
  const given = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  const options = [
    // The engine of the tests has no way out but this machine's.
    `--network=${offline ? 'none' : 'host'}`,
    ...(target === undefined ? [] : ['--target', target]),
    ...(fresh ? ['--no-cache'] : []),
  ];
  return tryDocker(['build', '-f', 'deploy/Dockerfile', ...options, ...given, '-t', tag, '.'], {
    cwd: REPOSITORY,
  });
}

export interface Image {
  readonly Id: string;
  readonly Size: number;
  readonly RootFS: { readonly Layers: readonly string[] };
  readonly Config: {
    readonly User: string;
    readonly Env: readonly string[];
    readonly Labels: Readonly<Record<string, string>> | null;
    readonly Healthcheck?: { readonly Test: readonly string[] };
  };
}

export async function inspectImage(tag: string): Promise<Image> {
  const [image] = JSON.parse(await docker('image', 'inspect', tag)) as [Image];
  return image;
}

/** Output of a command in a new container of an image, which is removed. */
export function runIn(
  tag: string,
  entrypoint: string,
  args: readonly string[],
  options: readonly string[] = [],
) {
  return docker('run', '--rm', '--network', 'none', ...options, '--entrypoint', entrypoint, tag, ...args);
}
