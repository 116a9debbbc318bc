import { BugError } from '@tercet/kit';
import type { Cluster } from 'kafkajs';
import { kafkaErrorType } from './bus-error.js';
import type { GroupBroker } from './group-membership.js';
import type { FetchResponse } from './partition-fetch.js';

export interface FetchRequest {
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string }[];
  }[];
}

export interface BrokerObserver {
  /** After the coordinator's answer, before kafkajs syncs and emits GROUP_JOIN. */
  onJoined(answer: { generationId: number; memberId: string }): void;
  /** After a successful fetch, before its batches are handled. */
  onFetched(request: FetchRequest, response: FetchResponse, startedAtMs: number): void;
  onFetchFailed(error: unknown): void;
  /** The coordinator does not know this member of the group, or did not tell it its partitions. */
  onMembershipLost(memberId: string): void;
}

/**
 * Listens to a consumer's brokers. kafkajs' events tell neither the generation, nor which partitions a fetch asked
 * for, nor that it failed (FETCH is emitted all the same), nor the last stable offset, nor that a member was forgotten.
 * Only listens: arguments, answers and errors pass unchanged.
 */
export function observeBrokers(cluster: Cluster, observer: BrokerObserver): void {
  const observed = new WeakSet<object>();
  const findBroker = cluster.findBroker.bind(cluster);
  cluster.findBroker = async (node) => {
    const broker = (await findBroker(node)) as GroupBroker;
    if (!observed.has(broker)) {
      observed.add(broker);
      observe(broker, observer);
    }
    return broker;
  };
}

function observe(broker: GroupBroker, observer: BrokerObserver): void {
  if (typeof broker.joinGroup !== 'function' || typeof broker.fetch !== 'function')
    throw new BugError('this is not the kafkajs that the bus was written for');
  const join = broker.joinGroup.bind(broker);
  const fetch = broker.fetch.bind(broker);
  broker.joinGroup = async (request) => {
    const answer = await join(request);
    observer.onJoined(answer);
    return answer;
  };
  const telling =
    <T extends { readonly memberId: string }>(
      send: (request: T) => Promise<unknown>,
      isLost: (error: unknown) => boolean,
    ) =>
    async (request: T): Promise<unknown> => {
      try {
        return await send(request);
      } catch (error) {
        if (isLost(error)) observer.onMembershipLost(request.memberId);
        throw error;
      }
    };
  broker.heartbeat = telling(
    broker.heartbeat.bind(broker),
    (error) => kafkaErrorType(error) === 'UNKNOWN_MEMBER_ID',
  );
  broker.syncGroup = telling(broker.syncGroup.bind(broker), () => true);
  broker.fetch = async (request) => {
    const startedAtMs = Date.now();
    try {
      const response = (await fetch(request)) as FetchResponse;
      observer.onFetched(request, response, startedAtMs);
      return response;
    } catch (error) {
      observer.onFetchFailed(error);
      throw error;
    }
  };
}
