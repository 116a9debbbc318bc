import { join } from 'node:path';
import { type Env, readEnv, settings } from '@tercet/kit';
import { z } from 'zod';

const MIN_KEY_CHARS = 32;

const shape = {
  TERCET_DASHBOARD_DATA_DIR: z.string().min(1).default('.run/dashboard'),
  TERCET_AUDIT_ANCHORS: z.string().min(1).optional(),
  TERCET_AUDIT_ANCHOR_SECONDS: settings.positive(60),
  TERCET_AUDIT_ANCHOR_KEY: z
    .string()
    .min(MIN_KEY_CHARS, `wants at least ${MIN_KEY_CHARS} characters`)
    .optional(),
};

export interface AuditConfig {
  /** File of anchors; it should lie where who can write to the database cannot. */
  readonly anchorsFile: string;
  readonly anchorSeconds: number;
  /** undefined: anchors are not signed. */
  readonly anchorKey: string | undefined;
}

/** @throws ConfigError naming the variable that is wrong. */
export function readAuditConfig(env: Env): AuditConfig {
  const read = readEnv(shape, env);
  return {
    anchorsFile: read.TERCET_AUDIT_ANCHORS ?? join(read.TERCET_DASHBOARD_DATA_DIR, 'audit-anchors.jsonl'),
    anchorSeconds: read.TERCET_AUDIT_ANCHOR_SECONDS,
    anchorKey: read.TERCET_AUDIT_ANCHOR_KEY,
  };
}
