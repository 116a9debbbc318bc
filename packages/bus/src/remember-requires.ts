import { createRequire } from 'node:module';
import { BugError } from '@tercet/kit';

/** As much of a loaded CommonJS module as this needs: what its own `require` goes through. */
export interface RequiringModule {
  require(path: string): unknown;
}

/** The modules of kafkajs 2.2.4 that pick the version of a request, by kind of request: `fetch`, `produce`. */
export function kafkajsRequests(): Map<string, RequiringModule> {
  const require = createRequire(import.meta.url);
  const kinds = /[\\/]kafkajs[\\/]src[\\/]protocol[\\/]requests[\\/](\w+)[\\/]index\.js$/;
  require('kafkajs');
  const found = new Map<string, RequiringModule>();
  for (const [file, loaded] of Object.entries(require.cache)) {
    const [, kind] = kinds.exec(file) ?? [];
    if (kind && loaded) found.set(kind, loaded);
  }
  if (found.size === 0) throw new BugError('kafkajs no longer keeps its requests where it did in 2.2.4');
  return found;
}

/**
 * kafkajs 2.2.4 calls `require` twice for each request that it sends. Where telemetry has put its hook, each of these calls
 * resolves the file's name anew, folder by folder.
 */
export function rememberRequires(modules: Iterable<RequiringModule>): void {
  for (const module of modules) {
    const known = new Map<string, unknown>();
    const load = module.require;
    module.require = function (path) {
      if (!known.has(path)) known.set(path, load.call(this, path));
      return known.get(path);
    };
  }
}
