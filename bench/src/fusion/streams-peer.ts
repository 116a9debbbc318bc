import { join } from 'node:path';
import { DEFAULT_PARTITIONS, TOPIC } from '@tercet/contracts';
import { ManagedProcess, REPOSITORY, waitFor } from '@tercet/local';
import { DecisionTail } from '../join/decision-tail.js';
import type { JoinStage } from '../join/join-stage.js';
import { buildPeer } from './build-peer.js';
import type { Contender } from './contender.js';

const OUTPUT = 'bench-streams';
const THREADS = 1;
const FLAGS = ['-Xms512m', '-Xmx512m', '-XX:+UseSerialGC', '-Xshare:auto'];
const LOG_FLAGS = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
const READY_TIMEOUT_MS = 60_000;

/** The same join in Kafka Streams, in a process of its own; bench/peers/kafka-streams says what it does. */
export async function startStreamsPeer(
  stage: JoinStage,
  decisionBytes: number,
): Promise<Contender & AsyncDisposable> {
  const { bus, kafka, prefix, folder, reaper } = stage;
  const classPath = await buildPeer((line) => process.stderr.write(`${line}\n`));
  await using admin = await bus.admin();
  await admin.ensureTopics([{ name: OUTPUT, partitions: DEFAULT_PARTITIONS.join, config: {} }]);
  const tail = await DecisionTail.follow(bus, OUTPUT);
  const topics = [`${prefix}${TOPIC.embeddings}`, `${prefix}${OUTPUT}`];
  const peer = new ManagedProcess({
    name: 'streams',
    command: 'java',
    args: [
      ...FLAGS,
      ...LOG_FLAGS,
      '-cp',
      classPath,
      'tercet.peer.JoinPeer',
      ...kafka.brokers,
      `${prefix}streams`,
      ...topics,
      join(folder, 'streams'),
      String(THREADS),
      String(decisionBytes),
    ],
    cwd: REPOSITORY,
    env: process.env,
    reaper,
    maxRestarts: 0,
    stopTimeoutMs: 10_000,
  });
  const explain = () => `${peer.gone}\n${peer.log.last(20).join('\n')}`;
  peer.start();
  await waitFor('Kafka Streams runs', () => peer.log.all().includes('running'), {
    timeoutMs: READY_TIMEOUT_MS,
    explain,
  });
  return {
    name: 'streams',
    pid: peer.pid as number,
    tail,
    explain,
    async [Symbol.asyncDispose]() {
      await peer.stop();
      await tail[Symbol.asyncDispose]();
    },
  };
}
