import { type Logger, retry, UnavailableError } from '@tercet/kit';
// The enum is not among the names that Node finds in this CommonJS module; the runner's transform finds it.
import kafkajs, { type Admin } from 'kafkajs';
import { toBusError } from './bus-error.js';
import { kafkaClient } from './kafkajs-client.js';
import type { Names } from './names.js';
import type { BusAdmin, BusConfig, TopicCreation } from './port.js';

export async function createAdmin(config: BusConfig, names: Names, logger: Logger): Promise<BusAdmin> {
  const admin = kafkaClient(config, logger).admin();
  const guarded = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw toBusError(error, doing);
    }
  };
  await guarded('connecting an admin client', () => admin.connect());

  return {
    ensureTopics: async (specs) => {
      // A broker may deny a topic that it has just acknowledged; what an attempt made, the next one finds.
      const created = new Set<string>();
      return retry(
        () =>
          guarded('creating topics', async () => {
            await createMissing(admin, names, specs, config.requestTimeoutMs, created);
            return { created: [...created], differing: await differences(admin, names, specs) };
          }),
        { initialMs: 50, maxMs: 1_000, attempts: 10 },
      );
    },
    partitionCount: (topic) =>
      guarded(`reading partitions of ${topic}`, async () => {
        const { topics } = await admin.fetchTopicMetadata({ topics: [names.full(topic)] });
        const count = topics[0]?.partitions.length ?? 0;
        if (count === 0) throw new UnavailableError('broker_unavailable', `topic ${topic} does not exist`);
        return count;
      }),
    lag: (groupId, topic) => guarded('reading lag', () => lag(admin, names.full(groupId), names.full(topic))),
    [Symbol.asyncDispose]: async () => {
      await admin.disconnect().catch((error: unknown) => {
        logger.debug('bus.disconnect_failed', { reason: String(error) });
      });
    },
  };
}

async function createMissing(
  admin: Admin,
  names: Names,
  specs: readonly TopicCreation[],
  timeoutMs: number,
  created: Set<string>,
): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = specs.filter(({ name }) => !existing.has(names.full(name)));
  // One at a time, and a topic that exists by now is no error: another process, or a retry of our own request, made it.
  for (const spec of missing) {
    created.add(spec.name);
    await admin.createTopics({
      waitForLeaders: true,
      timeout: timeoutMs,
      topics: [
        {
          topic: names.full(spec.name),
          numPartitions: spec.partitions,
          replicationFactor: -1,
          configEntries: Object.entries(spec.config).map(([name, value]) => ({ name, value })),
        },
      ],
    });
  }
}

/** `topic.setting: is, should be`, for each setting of the specs that is otherwise on the broker. */
async function differences(admin: Admin, names: Names, specs: readonly TopicCreation[]): Promise<string[]> {
  if (specs.length === 0) return [];
  const { topics } = await admin.fetchTopicMetadata({ topics: specs.map(({ name }) => names.full(name)) });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: specs.map(({ name }) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name: names.full(name) })),
  });
  return specs.flatMap((spec) => {
    const full = names.full(spec.name);
    const entries = resources.find(({ resourceName }) => resourceName === full)?.configEntries ?? [];
    const partitions = topics.find(({ name }) => name === full)?.partitions.length;
    const wrong = Object.entries(spec.config)
      .map(([name, wanted]) => ({
        name,
        wanted,
        found: entries.find(({ configName }) => configName === name)?.configValue,
      }))
      .filter(({ wanted, found }) => wanted !== found);
    if (partitions !== spec.partitions)
      wrong.push({ name: 'partitions', wanted: String(spec.partitions), found: String(partitions) });
    return wrong.map(({ name, wanted, found }) => `${spec.name}.${name}: ${found}, should be ${wanted}`);
  });
}

async function lag(admin: Admin, groupId: string, topic: string): Promise<bigint> {
  const ends = await admin.fetchTopicOffsets(topic);
  const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
  return ends.reduce((sum, { partition, low, high }) => {
    const row = committed?.partitions.find((candidate) => candidate.partition === partition);
    const offset = BigInt(row?.offset ?? -1);
    return sum + BigInt(high) - (offset < 0n ? BigInt(low) : offset);
  }, 0n);
}
