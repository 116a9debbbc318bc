import { ConfigError, type Env, readEnv, settings } from '@tercet/kit';
import { z } from 'zod';
import { TERRITORIES } from './dsa-values.js';
import type { StatementSettings } from './make-statement.js';

const shape = {
  TERCET_STATEMENT_GROUND: z.string().min(1).max(500).default('Our terms and conditions'),
  TERCET_STATEMENT_GROUND_URL: z
    .url({ protocol: /^https$/ })
    .max(500)
    .optional(),
  TERCET_STATEMENT_TERRITORIES: settings.hostList,
};

/** @throws ConfigError naming the variable that is wrong. */
export function readStatementSettings(env: Env): StatementSettings {
  const read = readEnv(shape, env);
  const given = read.TERCET_STATEMENT_TERRITORIES;
  const unknown = given.filter((code) => !TERRITORIES.includes(code));
  if (unknown.length > 0)
    throw new ConfigError('TERCET_STATEMENT_TERRITORIES wants codes of EEA member states');
  return {
    ground: read.TERCET_STATEMENT_GROUND,
    groundUrl: read.TERCET_STATEMENT_GROUND_URL,
    territories: given.length > 0 ? [...new Set(given)].sort() : TERRITORIES,
  };
}
