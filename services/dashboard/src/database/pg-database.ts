import { asTercetError, BugError, type Logger, UnavailableError } from '@tercet/kit';
import pg from 'pg';
import type { Database, Sql } from './database.js';

const MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;
const RELISTEN_MS = 1_000;

const INT8 = 20;

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};

export interface PostgresOptions {
  /** 0: none. Default 30,000. */
  readonly statementTimeoutMs?: number;
}

/** PostgreSQL at a `postgres://` address. Resolves once it has answered. */
export async function openPostgres(
  url: string,
  logger: Logger,
  { statementTimeoutMs = STATEMENT_TIMEOUT_MS }: PostgresOptions = {},
): Promise<Database> {
  const config = {
    connectionString: url,
    types,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'tercet-dashboard',
  };
  const pool = new pg.Pool({ ...config, max: MAX_CONNECTIONS, statement_timeout: statementTimeoutMs });
  // An idle connection that breaks is replaced; without a listener it would end the process.
  pool.on('error', (error) => logger.warn('database connection broke', { error }));
  await guarded(() => pool.query('SELECT 1'));

  return {
    kind: 'postgres',
    query: (text, values) => guarded(() => queryOn(pool, text, values)),
    transaction: (work) => guarded(() => inTransaction(pool, work)),
    listen: (channel, onNotify) => listen(config, channel, onNotify, logger),
    [Symbol.asyncDispose]: () => pool.end(),
  };
}

type Queryable = Pick<pg.Pool | pg.PoolClient, 'query'>;

async function queryOn<Row extends object>(
  on: Queryable,
  text: string,
  values?: readonly unknown[],
): Promise<readonly Row[]> {
  const result: pg.QueryResult | pg.QueryResult[] = values
    ? await on.query(text, [...values])
    : await on.query(text);
  // Several statements answer with a list.
  return ((Array.isArray(result) ? result.at(-1) : result)?.rows ?? []) as Row[];
}

async function inTransaction<T>(pool: pg.Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work({ query: (text, values) => queryOn(client, text, values) });
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: unknown) => {
      broken = asTercetError(failure);
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** A connection of its own, made again where it breaks. */
async function listen(
  config: pg.ClientConfig,
  channel: string,
  onNotify: (payload: string) => void,
  logger: Logger,
): Promise<AsyncDisposable> {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const connect = async (): Promise<void> => {
    const fresh = new pg.Client({ ...config, keepAlive: true });
    fresh.on('notification', ({ payload }) => onNotify(payload ?? ''));
    fresh.on('error', (error) => logger.warn('database listener broke', { error }));
    fresh.on('end', () => {
      if (!ended) timer = setTimeout(reconnect, RELISTEN_MS);
    });
    await fresh.connect();
    await fresh.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    client = fresh;
  };
  const reconnect = (): void => {
    connect().catch((error: unknown) => {
      logger.warn('database listener waits', { error: asTercetError(error) });
      if (!ended) timer = setTimeout(reconnect, RELISTEN_MS);
    });
  };
  await guarded(connect);
  return {
    async [Symbol.asyncDispose]() {
      ended = true;
      clearTimeout(timer);
      await client?.end();
    },
  };
}

/** Classes of SQLSTATE that another attempt may mend: connection, resources, operator's word, rolled back by the server. */
const PASSING = /^(08|53|57|40|55P03)/;
const NETWORK = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)/;

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toDatabaseError(error);
  }
}

/** What came from the database becomes one of the three kinds; what the caller's own work threw stays as it is. */
export function toDatabaseError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as { code?: unknown };
  const text = typeof code === 'string' ? code : '';
  const isDatabase = error instanceof pg.DatabaseError;
  const isPassing = (isDatabase && PASSING.test(text)) || NETWORK.test(text);
  if (isPassing || /timeout exceeded when trying to connect|Connection terminated/.test(error.message))
    return new UnavailableError('database_unavailable', text, { cause: error });
  if (isDatabase) return new BugError(`the database refused a statement: ${error.message}`, { cause: error });
  return error;
}
