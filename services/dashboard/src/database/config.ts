import { type Env, readEnv } from '@tercet/kit';
import { z } from 'zod';

const shape = {
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'wants postgres://')
    .optional(),
  TERCET_DASHBOARD_DATA_DIR: z.string().min(1).default('.run/dashboard'),
};

export interface DatabaseConfig {
  /** `postgres://...`; undefined: PGlite in `dataDir`. */
  readonly url: string | undefined;
  readonly dataDir: string;
}

/** Where the dashboard and its job `migrations` find the database. @throws ConfigError */
export function readDatabaseConfig(env: Env): DatabaseConfig {
  const read = readEnv(shape, env);
  return { url: read.DATABASE_URL, dataDir: read.TERCET_DASHBOARD_DATA_DIR };
}
