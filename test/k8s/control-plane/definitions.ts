import { readdirSync } from 'node:fs';
import { goModule } from '../render/tools.js';
import { CRD_MODULES } from '../schema/schemas.js';
import type { ApiServer } from './start.js';

const OURS = /(keda|cert-manager|coreos|networking).*\.yaml$/;

/** Teaches an API server the kinds of KEDA and the other operators. @throws Error with its words. */
export async function applyDefinitions(server: ApiServer): Promise<void> {
  for (const { path, version, folder } of CRD_MODULES) {
    const definitions = `${goModule(path, version)}/${folder}`;
    for (const file of readdirSync(definitions).filter((name) => OURS.test(name))) {
      const { code, errors } = await server.kubectl('apply', '--server-side', '-f', `${definitions}/${file}`);
      if (code !== 0) throw new Error(`${file}: ${errors}`);
    }
  }
}
