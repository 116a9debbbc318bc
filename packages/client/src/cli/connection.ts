import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Bus, createBus } from '@tercet/bus';
import { readKafkaSecurity, silentLogger, UnavailableError } from '@tercet/kit';
import { type OptionSpecs, type OptionValues, stringOption } from './command.js';

/** Options of every command that talks to a deployment. */
export const CONNECTION_OPTIONS = {
  kafka: { type: 'string' },
  prefix: { type: 'string' },
  gateway: { type: 'string' },
} as const satisfies OptionSpecs;

export const CONNECTION_HELP = `  --kafka HOST:PORT,...  Kafka brokers
  --prefix PREFIX        topic prefix of the deployment
  --gateway HOST:PORT    the gateway's gRPC address`;

const REQUEST_TIMEOUT_MS = 30_000;
const CONNECTION_TIMEOUT_MS = 5000;

/** What a running local stack wrote about itself; deploy/local writes it. */
interface LocalStack {
  readonly pid: number;
  readonly kafkaBrokers: readonly string[];
  readonly grpcAddress: string;
  readonly prefix: string;
}

/** Throws UnavailableError where no address is known. */
export function gatewayAddress(values: OptionValues): string {
  const address =
    stringOption(values, 'gateway') ?? process.env['TERCET_GATEWAY'] ?? localStack()?.grpcAddress;
  if (address) return address;
  throw new UnavailableError('deadline', 'no gateway is known: give --gateway, or start one with tercet up');
}

/** Throws UnavailableError where no brokers are known. */
export function openBus(values: OptionValues): Bus {
  const given = stringOption(values, 'kafka') ?? process.env['TERCET_KAFKA_BROKERS'];
  const local = given ? undefined : localStack();
  const brokers = given ? given.split(',').map((one) => one.trim()) : local?.kafkaBrokers;
  if (!brokers) {
    const hint = 'no Kafka is known: give --kafka, or start one with tercet up';
    throw new UnavailableError('broker_unavailable', hint);
  }
  const prefix = stringOption(values, 'prefix') ?? local?.prefix ?? process.env['TERCET_TOPIC_PREFIX'] ?? '';
  return createBus(
    {
      brokers,
      security: readKafkaSecurity(process.env),
      clientId: 'tercet-cli',
      prefix,
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      connectionTimeoutMs: CONNECTION_TIMEOUT_MS,
      watchdogMs: 2 * REQUEST_TIMEOUT_MS,
    },
    silentLogger(),
  );
}

function localStack(): LocalStack | undefined {
  const path = fileURLToPath(new URL('../../../../.run/stack.json', import.meta.url));
  try {
    const stack = JSON.parse(readFileSync(path, 'utf8')) as LocalStack;
    process.kill(stack.pid, 0);
    return stack;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // No stack was started, or it is gone.
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
