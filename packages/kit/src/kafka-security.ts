import { z } from 'zod';
import { ConfigError, type Env, readEnv } from './config.js';

export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

/** How a client proves who it is, and to whom it speaks. Absent: neither is asked for. */
export interface KafkaSecurity {
  /** PEM files; without `caFile` the authorities that Node knows are trusted, those of NODE_EXTRA_CA_CERTS included. */
  readonly tls?: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string };
  readonly sasl?: {
    readonly mechanism: (typeof SASL_MECHANISMS)[number];
    readonly username: string;
    readonly password: string;
  };
}

const optional = z.string().optional();

const shape = {
  TERCET_KAFKA_TLS: z.enum(['false', 'true']).default('false'),
  TERCET_KAFKA_TLS_CA_FILE: optional,
  TERCET_KAFKA_TLS_CERT_FILE: optional,
  TERCET_KAFKA_TLS_KEY_FILE: optional,
  TERCET_KAFKA_SASL_MECHANISM: z.enum(['none', ...SASL_MECHANISMS]).default('none'),
  TERCET_KAFKA_SASL_USERNAME: optional,
  TERCET_KAFKA_SASL_PASSWORD: optional,
};

/** @throws ConfigError naming the variable that is wrong, or that another one asks for. */
export function readKafkaSecurity(env: Env): KafkaSecurity {
  const read = readEnv(shape, env);
  const tls = tlsOf(read);
  const sasl = saslOf(read);
  if (sasl?.mechanism === 'plain' && !tls)
    throw new ConfigError(
      'TERCET_KAFKA_SASL_MECHANISM: plain sends the password as it is; set TERCET_KAFKA_TLS',
    );
  return { ...(tls && { tls }), ...(sasl && { sasl }) };
}

type Read = z.infer<z.ZodObject<typeof shape>>;

function tlsOf(read: Read): KafkaSecurity['tls'] {
  const files = {
    ...(read.TERCET_KAFKA_TLS_CA_FILE && { caFile: read.TERCET_KAFKA_TLS_CA_FILE }),
    ...(read.TERCET_KAFKA_TLS_CERT_FILE && { certFile: read.TERCET_KAFKA_TLS_CERT_FILE }),
    ...(read.TERCET_KAFKA_TLS_KEY_FILE && { keyFile: read.TERCET_KAFKA_TLS_KEY_FILE }),
  };
  if (read.TERCET_KAFKA_TLS === 'true') {
    if ((files.certFile === undefined) !== (files.keyFile === undefined))
      throw new ConfigError('TERCET_KAFKA_TLS_CERT_FILE and TERCET_KAFKA_TLS_KEY_FILE go together');
    return files;
  }
  if (Object.keys(files).length > 0)
    throw new ConfigError('TERCET_KAFKA_TLS is not true, and a file for it is named');
  return undefined;
}

function saslOf(read: Read): KafkaSecurity['sasl'] {
  const { TERCET_KAFKA_SASL_USERNAME: username, TERCET_KAFKA_SASL_PASSWORD: password } = read;
  const mechanism = read.TERCET_KAFKA_SASL_MECHANISM;
  if (mechanism === 'none') {
    if (username ?? password) throw new ConfigError('TERCET_KAFKA_SASL_MECHANISM is not set');
    return undefined;
  }
  if (username === undefined) throw new ConfigError('TERCET_KAFKA_SASL_USERNAME is not set');
  if (password === undefined) throw new ConfigError('TERCET_KAFKA_SASL_PASSWORD is not set');
  return { mechanism, username, password };
}
