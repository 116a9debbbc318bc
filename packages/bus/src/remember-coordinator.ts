import { BugError } from '@tercet/kit';
import type { Broker, Kafka } from 'kafkajs';

/** How long a coordinator is believed in; one that has moved is found again after it. */
const REMEMBERED_MS = 1_000;
const TRANSACTION = 1;

interface CoordinatorQuery {
  readonly groupId: string;
  readonly coordinatorType?: number;
}

interface CoordinatorFinder {
  findGroupCoordinator(query: CoordinatorQuery): Promise<Broker & { readonly nodeId: string }>;
  findBroker(place: { nodeId: string }): Promise<Broker & { readonly nodeId: string }>;
}

/**
 * kafkajs 2.2.4 asks for the transaction coordinator twice in each transaction, which makes five round trips of three.
 * The client's clusters ask once a second instead. `onFound` is told of each answer.
 */
export function rememberCoordinator(kafka: Kafka, onFound?: (broker: Broker) => void): Kafka {
  const clusters = kafka as unknown as Record<symbol, (options: unknown) => CoordinatorFinder>;
  const name = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  const create = name && clusters[name];
  if (!create) throw new BugError('kafkajs no longer makes its clusters where it did in 2.2.4');
  clusters[name] = (options) => remembering(create(options), Date.now, onFound);
  return kafka;
}

/** Exported for its test. */
export function remembering<T extends CoordinatorFinder>(
  cluster: T,
  nowMs: () => number = Date.now,
  onFound: (broker: Broker) => void = () => undefined,
): T {
  const find = cluster.findGroupCoordinator.bind(cluster);
  let known: { readonly nodeId: string; readonly id: string; readonly atMs: number } | undefined;
  cluster.findGroupCoordinator = async (query) => {
    if (query.coordinatorType !== TRANSACTION) return find(query);
    if (known?.id === query.groupId && nowMs() - known.atMs < REMEMBERED_MS) {
      const broker = await cluster.findBroker({ nodeId: known.nodeId });
      onFound(broker);
      return broker;
    }
    known = undefined;
    const broker = await find(query);
    known = { nodeId: broker.nodeId, id: query.groupId, atMs: nowMs() };
    onFound(broker);
    return broker;
  };
  return cluster;
}
