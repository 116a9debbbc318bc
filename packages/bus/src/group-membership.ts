import { setTimeout as delay } from 'node:timers/promises';
import { UnavailableError } from '@tercet/kit';
import type { Broker, Cluster } from 'kafkajs';
import { kafkaErrorType, toBusError } from './bus-error.js';
import type { TopicPartition } from './port.js';

/** What the broker has beyond kafkajs' types. */
export interface GroupBroker extends Broker {
  joinGroup(request: unknown): Promise<{ generationId: number; memberId: string }>;
  syncGroup(request: { readonly memberId: string }): Promise<unknown>;
  heartbeat(request: { groupId: string; groupGenerationId: number; memberId: string }): Promise<unknown>;
}

export interface OffsetToCommit extends TopicPartition {
  readonly offset: bigint;
  readonly metadata?: string;
}

const ATTEMPTS = 5;
const RETRY_MS = 100;

/**
 * Requests to the group's coordinator under an explicit generation. kafkajs' own commit retries under whichever
 * generation it has by then, which would let an owner commit for a partition that it has lost. Topics are full names.
 */
export class GroupMembership {
  private current: { generation: number; memberId: string } | undefined;
  private coordinator: GroupBroker | undefined;

  constructor(
    private readonly cluster: Cluster,
    private readonly groupId: string,
    private readonly onHeartbeat: () => void,
  ) {}

  get generation(): number {
    return this.current?.generation ?? -1;
  }

  joined(generation: number, memberId: string): void {
    this.current = { generation, memberId };
  }

  async commit(generation: number, offsets: readonly OffsetToCommit[]): Promise<void> {
    if (offsets.length === 0) return;
    const topics = [...new Set(offsets.map(({ topic }) => topic))].map((topic) => ({
      topic,
      partitions: offsets
        .filter((row) => row.topic === topic)
        .map(({ partition, offset, metadata }) => ({
          partition,
          offset: String(offset),
          metadata: metadata ?? '',
        })),
    }));
    await this.asMember('committing offsets', generation, (coordinator, memberId) =>
      coordinator.offsetCommit({ groupId: this.groupId, groupGenerationId: generation, memberId, topics }),
    );
  }

  async heartbeat(generation: number): Promise<void> {
    await this.asMember('a heartbeat', generation, (coordinator, memberId) =>
      coordinator.heartbeat({ groupId: this.groupId, groupGenerationId: generation, memberId }),
    );
    this.onHeartbeat();
  }

  async committed({
    topic,
    partition,
  }: TopicPartition): Promise<{ offset: bigint; metadata: string } | undefined> {
    const { responses } = await this.retried('reading committed offsets', (coordinator) =>
      coordinator.offsetFetch({
        groupId: this.groupId,
        // Typed as if it were a commit; only the partition is sent.
        topics: [{ topic, partitions: [{ partition, offset: '-1' }] }],
      }),
    );
    const row = responses[0]?.partitions[0] as { offset: string; metadata?: string | null } | undefined;
    if (row === undefined || BigInt(row.offset) < 0n) return undefined;
    return { offset: BigInt(row.offset), metadata: row.metadata ?? '' };
  }

  private asMember<T>(
    doing: string,
    generation: number,
    request: (coordinator: GroupBroker, memberId: string) => Promise<T>,
  ): Promise<T> {
    return this.retried(doing, (coordinator) => {
      if (this.current === undefined || this.current.generation !== generation)
        throw new UnavailableError('fenced', `${doing} of generation ${generation}`);
      return request(coordinator, this.current.memberId);
    });
  }

  private async retried<T>(doing: string, request: (coordinator: GroupBroker) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      // Of several calls at once another may find the coordinator gone meanwhile.
      let coordinator = this.coordinator;
      try {
        coordinator ??= (await this.cluster.findGroupCoordinator({ groupId: this.groupId })) as GroupBroker;
        this.coordinator = coordinator;
        if (!coordinator.isConnected()) await coordinator.connect();
        return await request(coordinator);
      } catch (error) {
        if (this.coordinator === coordinator) this.coordinator = undefined;
        const type = kafkaErrorType(error);
        const moves = type === 'NOT_COORDINATOR_FOR_GROUP' || type === 'GROUP_LOAD_IN_PROGRESS';
        const known = toBusError(error, doing);
        const mayPass = known.kind === 'Unavailable' && known.code === 'broker_unavailable';
        if (attempt === ATTEMPTS || !(moves || mayPass)) throw known;
        await delay(RETRY_MS);
      }
    }
  }
}
