import { MODALITIES } from './modalities.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Explicit settings of a topic; auto-creation is off everywhere. */
export interface TopicSpec {
  /** Name before the deployment's prefix. */
  readonly name: string;
  readonly partitions: number;
  /** Kafka's topic configuration. */
  readonly config: Readonly<Record<string, string>>;
}

/** How many partitions each kind of topic gets. */
export interface PartitionCounts {
  /** `embeddings` and `decisions`; never changed in place, since the join's state is keyed by it. */
  readonly join: number;
  /** `raw.*`: the ceiling of an encoder's replicas. */
  readonly raw: number;
  readonly items: number;
}

export const DEFAULT_PARTITIONS: PartitionCounts = { join: 12, raw: 12, items: 12 };

export const TOPIC = {
  items: 'items',
  embeddings: 'embeddings',
  decisions: 'decisions',
  reviews: 'reviews',
  cases: 'cases',
  deadLetters: 'dead-letters',
} as const;

const retain = (ms: number) => ({ 'cleanup.policy': 'delete', 'retention.ms': String(ms) });
// An item may bring 16 MiB inline; JSON carries bytes as base64, a third more.
const ITEM_BYTES = String(24 * 1024 * 1024);

/** The topic table of docs/data-flow.md. */
export function topicTable(counts: PartitionCounts = DEFAULT_PARTITIONS): TopicSpec[] {
  return [
    {
      name: TOPIC.items,
      partitions: counts.items,
      config: { ...retain(DAY_MS), 'max.message.bytes': ITEM_BYTES },
    },
    ...MODALITIES.map((modality) => ({
      name: modality.topic,
      partitions: counts.raw,
      config: retain(DAY_MS),
    })),
    {
      // The join's clock is the broker's, hence LogAppendTime.
      name: TOPIC.embeddings,
      partitions: counts.join,
      config: {
        ...retain(7 * DAY_MS),
        'message.timestamp.type': 'LogAppendTime',
        'max.message.bytes': '4194304',
      },
    },
    {
      // LogAppendTime too: by its fence's record an owner that has just begun knows the broker's clock.
      name: TOPIC.decisions,
      partitions: counts.join,
      config: {
        'message.timestamp.type': 'LogAppendTime',
        'cleanup.policy': 'compact,delete',
        'retention.ms': String(30 * DAY_MS),
        'min.compaction.lag.ms': String(DAY_MS),
      },
    },
    { name: TOPIC.reviews, partitions: counts.items, config: retain(365 * DAY_MS) },
    { name: TOPIC.cases, partitions: counts.items, config: retain(365 * DAY_MS) },
    {
      name: TOPIC.deadLetters,
      partitions: 1,
      config: { ...retain(14 * DAY_MS), 'max.message.bytes': ITEM_BYTES },
    },
  ];
}

/** A topic's full name in a deployment. */
export function topicName(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}${name}`;
}
