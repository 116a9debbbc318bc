import { createBus } from '@tercet/bus';
import { type PartitionCounts, topicTable } from '@tercet/contracts';
import { silentLogger } from '@tercet/kit';

/** Creates the topics of one deployment, with the explicit settings of the topic table. */
export async function ensureTopics(
  brokers: readonly string[],
  prefix: string,
  partitions?: PartitionCounts,
): Promise<void> {
  await using bus = createBus(busConfig(brokers, prefix), silentLogger());
  await using admin = await bus.admin();
  await admin.ensureTopics(topicTable(partitions));
}

/** The bus as local tools use it. */
export function busConfig(brokers: readonly string[], prefix: string) {
  return {
    brokers,
    clientId: 'tercet-local',
    prefix,
    requestTimeoutMs: 30_000,
    connectionTimeoutMs: 5000,
    watchdogMs: 60_000,
  };
}
