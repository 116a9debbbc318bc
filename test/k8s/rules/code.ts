// What the code says: topics, groups, partitions, environment. The manifests must agree.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findModality, topicTable } from '@tercet/contracts';
import { ConfigError } from '@tercet/kit';
import { deriversAmong, SERVICES as SERVICE_NAMES } from '../../../deploy/local/src/services.js';
import { readEncoderConfig } from '../../../packages/encoder/src/config.js';
import { readConfig as readDashboard } from '../../../services/dashboard/src/config.js';
import { readDatabaseConfig } from '../../../services/dashboard/src/database/config.js';
import { readConfig as readFusion } from '../../../services/fusion/src/config.js';
import { readConfig as readGateway } from '../../../services/gateway/src/config.js';
import { readConfig as readIntake } from '../../../services/intake/src/config.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Encoders, and the modality that each reads. */
export const ENCODERS = {
  'text-encoder': 'text',
  'image-encoder': 'image',
  'audio-encoder': 'audio',
  ocr: 'image',
  transcriber: 'audio',
} as const;

export type EncoderName = keyof typeof ENCODERS;
export const ENCODER_NAMES = Object.keys(ENCODERS) as EncoderName[];
export const SERVICES = ['intake', ...ENCODER_NAMES, 'fusion', 'gateway', 'dashboard'];

type Env = Readonly<Record<string, string | undefined>>;

/** Topic of an encoder, before the prefix. */
export function topicOf(encoder: EncoderName): string {
  const row = findModality(ENCODERS[encoder]);
  if (!row) throw new Error(`${encoder} reads no modality`);
  return row.topic;
}

export function partitionsOf(topic: string): number {
  const row = topicTable().find(({ name }) => name === topic);
  if (!row) throw new Error(`${topic} is no topic`);
  return row.partitions;
}

/** Settings of the modality's own, for encoders that have their service in the checkout. */
async function modalitySettings(encoder: EncoderName): Promise<(env: Env) => unknown> {
  const path = `${ROOT}/services/${encoder}/src/settings.ts`;
  if (!existsSync(path)) return () => undefined;
  const { readSettings } = (await import(path)) as { readSettings: (env: Env) => unknown };
  return readSettings;
}

const settings = new Map<EncoderName, (env: Env) => unknown>();
for (const encoder of ENCODER_NAMES) settings.set(encoder, await modalitySettings(encoder));

/**
 * Reads a service's configuration as the service would, and answers the names that it asked for.
 * @throws ConfigError as the service would.
 */
export function readAsService(service: string, env: Env): Set<string> {
  const asked = new Set(PROCESS_VARIABLES);
  const watched = new Proxy(env, {
    get(target, name) {
      if (typeof name === 'string') asked.add(name);
      return target[name as string];
    },
  });
  if (service === 'intake') readIntake(watched);
  else if (service === 'fusion') readFusion(watched);
  else if (service === 'gateway') readGateway(watched);
  else if (service === 'dashboard') {
    readDashboard(watched);
    for (const name of MODEL_VARIABLES) asked.add(name);
  } else {
    const encoder = service as EncoderName;
    const definition = {
      name: ENCODERS[encoder],
      batch: { maxCost: 1, maxParts: 1 },
      readSettings: settings.get(encoder),
    };
    readEncoderConfig('file:///modality.js', definition as never, watched);
  }
  return asked;
}

/** Reads the environment of the job `migrations` as the job would. @throws ConfigError */
export function readAsMigrations(env: Env): void {
  const { url } = readDatabaseConfig(env);
  // Without an address it would migrate a database of its own.
  if (url === undefined) throw new ConfigError('DATABASE_URL is not set');
}

/** TERCET_DERIVERS for the derivers among some services. */
export const deriversOf = (names: readonly string[]): string =>
  deriversAmong(SERVICE_NAMES.filter((name) => names.includes(name)));

/** Variables that a source file names. */
function variablesIn(path: string): string[] {
  return [...readFileSync(`${ROOT}/${path}`, 'utf8').matchAll(/\bTERCET_[A-Z0-9_]+\b/g)].map(
    ([name]) => name,
  );
}

/** Variables that every service process reads. */
const PROCESS_VARIABLES = variablesIn('packages/kit/src/run-service.ts');

/** Variables of what opens models. */
const MODEL_VARIABLES = variablesIn('packages/models/src/api.ts');

/** Variables of the `tercet` command that its jobs are given. */
export const COMMAND_VARIABLES = new Set([
  ...variablesIn('packages/client/src/cli/connection.ts'),
  ...variablesIn('packages/kit/src/kafka-security.ts'),
  ...MODEL_VARIABLES,
]);

/** Default of the drain's time limit, in milliseconds. */
export const DEFAULT_DRAIN_MS = Number(
  /TERCET_DRAIN_TIMEOUT_MS: settings\.milliseconds\(([\d_]+)\)/
    .exec(readFileSync(`${ROOT}/packages/kit/src/run-service.ts`, 'utf8'))?.[1]
    ?.replaceAll('_', ''),
);
