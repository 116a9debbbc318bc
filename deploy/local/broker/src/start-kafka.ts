import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UnavailableError } from '@tercet/kit';
import { type Child, startChild } from './child.js';
import { freePort } from './free-port.js';
import { type JarOptions, resolveKafkaJars } from './kafka-jars.js';
import { answersMetadata } from './kafka-metadata.js';
import { type KafkaListener, kafkaProperties } from './kafka-properties.js';
import { waitUntilReady } from './wait-until-ready.js';

export interface KafkaOptions extends JarOptions {
  /** Made where absent. A folder that was used before goes on with what it holds. */
  readonly dataDir: string;
  readonly logFile: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Default 60 000. */
  readonly readyTimeoutMs?: number;
  /** Ways in beside `port`, for clients behind proxies. */
  readonly listeners?: readonly KafkaListener[];
  /** Broker settings beside, or instead of, those of `kafkaProperties`. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** Logins by SCRAM-SHA-512, made with the data folder; for a listener of protocol SASL_... */
  readonly scramUsers?: Readonly<Record<string, string>>;
  /** Instead of the flags that suit tests: a small heap and the fast compiler alone. */
  readonly jvmFlags?: readonly string[];
}

/** One Apache Kafka broker with its controller, on loopback alone, as a process that dies with this one. */
export interface KafkaServer extends AsyncDisposable {
  readonly brokers: string[];
  readonly port: number;
  readonly pid: number;
  /** Where the broker's jars lie: the class path of Kafka's own command line tools. */
  readonly jarFolder: string;
  /** Default SIGTERM: a clean stop; SIGKILL after 20 s. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** SIGKILL: the crash of a machine, as far as a process can play it. */
  kill(): Promise<void>;
  /** Stops if need be, starts on the same port and data, and waits until ready. */
  restart(): Promise<void>;
  /** SIGSTOP: the broker goes silent, its connections stay open. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
}

const JVM_FLAGS = ['-Xms128m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];
const LOG_FLAGS = [
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSS",
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info',
];
const STOP_GRACE_MS = 20_000;

/** @throws UnavailableError `broker_unavailable` where the broker does not come up; the log file says why. */
export async function startKafka(options: KafkaOptions): Promise<KafkaServer> {
  const jarFolder = await resolveKafkaJars(options);
  const port = options.port ?? (await freePort());
  const controllerPort = await freePort();
  const propertiesFile = `${options.dataDir}.properties`;
  await mkdir(options.dataDir, { recursive: true });
  const { dataDir, settings, listeners } = options;
  await writeFile(propertiesFile, kafkaProperties(dataDir, port, controllerPort, settings, listeners));

  const run = (mainClass: string, args: string[]) =>
    startChild(
      'java',
      [...(options.jvmFlags ?? JVM_FLAGS), ...LOG_FLAGS, '-cp', `${jarFolder}/*`, mainClass, ...args],
      options.logFile,
    ).catch((cause: unknown) => {
      throw new UnavailableError('broker_unavailable', 'java cannot be run; install Java 17', { cause });
    });
  const start = async () => {
    const child = await run('kafka.Kafka', [propertiesFile]);
    await waitUntilReady('Kafka', child, () => answersMetadata(port), options.readyTimeoutMs ?? 60_000);
    return child;
  };
  await format(options, propertiesFile, run);
  let child = await start();

  const server: KafkaServer = {
    brokers: [`127.0.0.1:${port}`],
    port,
    jarFolder,
    get pid() {
      return child.pid;
    },
    stop: (signal = 'SIGTERM') => child.end(signal, STOP_GRACE_MS),
    kill: () => child.end('SIGKILL', STOP_GRACE_MS),
    restart: async () => {
      await child.end('SIGTERM', STOP_GRACE_MS);
      child = await start();
    },
    pause: () => child.signal('SIGSTOP'),
    resume: () => child.signal('SIGCONT'),
    [Symbol.asyncDispose]: () => server.stop(),
  };
  return server;
}

/** Writes the data folder's cluster id where it has none yet. */
async function format(
  options: KafkaOptions,
  propertiesFile: string,
  run: (mainClass: string, args: string[]) => Promise<Child>,
): Promise<void> {
  const formatted = await readFile(join(options.dataDir, 'meta.properties')).catch(() => undefined);
  if (formatted) return;
  // 16 random bytes as URL-safe base64, which Kafka takes unless it begins with a dash.
  const clusterId = `T${randomBytes(16).toString('base64url').slice(1)}`;
  const users = Object.entries(options.scramUsers ?? {}).flatMap(([name, password]) => [
    '--add-scram',
    `SCRAM-SHA-512=[name=${name},password=${password}]`,
  ]);
  const args = ['format', '-t', clusterId, '-c', propertiesFile, '--ignore-formatted', ...users];
  const end = await (await run('kafka.tools.StorageTool', args)).ended;
  if (end !== 'code 0')
    throw new UnavailableError(
      'broker_unavailable',
      `kafka-storage format ended with ${end}: see the log file`,
    );
}
