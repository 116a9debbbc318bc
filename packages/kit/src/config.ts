import { z } from 'zod';
import { isContentStoreUrl } from './content-store-url.js';

/** The environment says something that cannot be; the process ends with exit code 78 (sysexits' EX_CONFIG). */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export type Env = Readonly<Record<string, string | undefined>>;

const milliseconds = (fallback: number) => z.coerce.number().int().positive().default(fallback);

/** Shapes of the variables that several services share; docs/configuration.md is their table. */
export const settings = {
  kafkaBrokers: z
    .string()
    .min(1)
    .transform((list) => list.split(',').map((address) => address.trim()))
    .refine((list) => list.every((address) => /^[^:\s]+:\d+$/.test(address)), 'wants host:port,host:port'),
  topicPrefix: z
    .string()
    .regex(/^[A-Za-z0-9._-]*$/, 'may hold [A-Za-z0-9._-]')
    .default(''),
  redisUrl: z.string().regex(/^rediss?:\/\//, 'wants redis://host:port'),
  contentStore: z.string().refine(isContentStoreUrl, 'wants file:///folder or s3://bucket/prefix'),
  sessionTimeoutMs: milliseconds(10_000),
  hostList: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((host) => host.trim())
        .filter((host) => host !== ''),
    ),
  port: (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback),
  host: z.string().min(1).default('127.0.0.1'),
  /** One of a list; the first where nothing is said. */
  oneOf: <const Choice extends string>(choices: readonly [Choice, ...Choice[]]) =>
    z.enum(choices).default(choices[0] as never),
  milliseconds,
  positive: (fallback: number) => z.coerce.number().int().positive().default(fallback),
  nonNegative: (fallback: number) => z.coerce.number().int().nonnegative().default(fallback),
} as const;

/**
 * Reads variables by name and freezes the result: `readEnv({ TERCET_REDIS_URL: settings.redisUrl }, env)`.
 * An empty variable counts as unset.
 * @throws ConfigError naming every variable that is missing or wrong, never its value.
 */
export function readEnv<Shape extends z.ZodRawShape>(
  shape: Shape,
  env: Env,
): Readonly<z.infer<z.ZodObject<Shape>>> {
  const given = Object.fromEntries(
    Object.keys(shape).map((name) => [name, env[name] === '' ? undefined : env[name]]),
  );
  const parsed = z.object(shape).safeParse(given);
  if (parsed.success) return Object.freeze(parsed.data);
  const problems = parsed.error.issues.map(({ path, message }) =>
    given[String(path[0])] === undefined ? `${String(path[0])} is not set` : `${String(path[0])}: ${message}`,
  );
  throw new ConfigError(problems.join('; '));
}
