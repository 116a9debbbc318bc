import { ConfigError } from '@tercet/kit';

/** Why a database's schema does not go with this build: the closed list. A person has to act: exit code 78. */
const SCHEMA_CODES = {
  schema_behind: 'the database lacks migrations of this build; run the job `migrations` of this version',
  schema_ahead:
    'the database went through migrations after which this build cannot work; use a newer version',
  schema_changed:
    'a migration is not as it was when it was applied; use the version that applied it, or a newer one',
} as const;

export type SchemaCode = keyof typeof SCHEMA_CODES;

export class SchemaError extends ConfigError {
  constructor(
    readonly code: SchemaCode,
    readonly migrations: readonly string[],
  ) {
    super(`${code}: ${SCHEMA_CODES[code]} (${migrations.join(', ')})`);
  }
}
