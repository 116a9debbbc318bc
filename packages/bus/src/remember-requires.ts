import { createRequire } from 'node:module';
import { BugError } from '@tercet/kit';

/** As much of a loaded CommonJS module as this needs: what its own `require` goes through. */
export interface RequiringModule {
  require(path: string): unknown;
}

/** The modules of kafkajs 2.2.4 that pick the version of a request, one for each kind of request. */
export function kafkajsRequests(): RequiringModule[] {
  const require = createRequire(import.meta.url);
  const kinds = /[\\/]kafkajs[\\/]src[\\/]protocol[\\/]requests[\\/]\w+[\\/]index\.js$/;
  require('kafkajs');
  const found = Object.entries(require.cache).flatMap(([file, loaded]) =>
    loaded && kinds.test(file) ? [loaded] : [],
  );
  if (found.length === 0) throw new BugError('kafkajs no longer keeps its requests where it did in 2.2.4');
  return found;
}

/**
 * kafkajs 2.2.4 calls `require` twice for each request that it sends. Where telemetry has put its hook, each of these calls
 * resolves the file's name anew, folder by folder.
 */
export function rememberRequires(modules: readonly RequiringModule[]): void {
  for (const module of modules) {
    const known = new Map<string, unknown>();
    const load = module.require;
    module.require = function (path) {
      if (!known.has(path)) known.set(path, load.call(this, path));
      return known.get(path);
    };
  }
}
