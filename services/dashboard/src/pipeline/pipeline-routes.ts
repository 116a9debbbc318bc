import type { FastifyInstance } from 'fastify';
import { needs } from '../access/needs.js';
import type { PipelineHealth } from '../api/pipeline.js';
import { type HealthDeps, readHealth } from './read-health.js';

/** Many pages ask; the brokers are asked this often at most. */
const FRESH_MS = 2_000;

/** `/api/v1/pipeline`, answered from one reading for all who ask within two seconds. */
export function registerPipelineRoutes(app: FastifyInstance, deps: HealthDeps): void {
  let reading: Promise<PipelineHealth> | undefined;
  let readAtMs = 0;
  app.get('/api/v1/pipeline', { preHandler: needs({ kind: 'view' }) }, () => {
    const nowMs = Date.now();
    if (!reading || nowMs - readAtMs > FRESH_MS) {
      readAtMs = nowMs;
      reading = readHealth(deps, nowMs);
      reading.catch(() => {
        reading = undefined;
      });
    }
    return reading;
  });
}
