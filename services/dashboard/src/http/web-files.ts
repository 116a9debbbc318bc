import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const FOLDER = fileURLToPath(new URL('../../web/dist', import.meta.url));
const OURS = /^\/(api|auth|content)(\/|$)/;
const YEAR_MS = 365 * 24 * 3_600_000;

/** The pages: hashed assets for good, and index.html for every path that is a page's. */
export async function registerWebFiles(app: FastifyInstance, folder: string = FOLDER): Promise<void> {
  const isBuilt = existsSync(join(folder, 'index.html'));
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: join(folder, 'assets'),
      prefix: '/assets/',
      maxAge: YEAR_MS,
      immutable: true,
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const isPage = request.method === 'GET' && !OURS.test(path) && !path.startsWith('/assets/');
    if (!isPage)
      return reply.code(404).send({ error: { code: 'not_found', message: 'There is no such address.' } });
    if (!isBuilt)
      return reply.code(503).type('text/plain').send('The pages are not built: run `npm run build`.\n');
    return reply.header('cache-control', 'no-cache').sendFile('index.html', folder);
  });
}
