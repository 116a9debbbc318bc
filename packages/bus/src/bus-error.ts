import { BugError, InvalidInputError, UnavailableError } from '@tercet/kit';
import type { TopicPartition } from './port.js';

/** What kafkajs 2.2.4 puts on its errors. */
interface KafkaError {
  readonly name: string;
  readonly message: string;
  readonly type?: string;
  readonly retriable?: boolean;
  readonly cause?: unknown;
}

/** Kafka's words for: another came later. https://kafka.apache.org/43/design/protocol/#protocol_error_codes */
const FENCED = new Set([
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'REBALANCE_IN_PROGRESS',
  'FENCED_INSTANCE_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  // Code 90, PRODUCER_FENCED, is younger than the table of kafkajs.
  'KAFKAJS_UNKNOWN_ERROR_CODE:Unknown error code 90',
]);

/** Non-retriable to kafkajs, or wrapped as such, though another try may well succeed. */
const PASSING = new Set([
  'KafkaJSNumberOfRetriesExceeded',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSLockTimeout',
  'KafkaJSTimeout',
  // A renewed password may have reached one side before the other.
  'KafkaJSSASLAuthenticationError',
]);

/**
 * The broker's own unforeseen error: what it did is not known, and another try may well succeed. Seen of EndTxn, just after
 * another producer had taken the transactional id.
 */
const BROKER_FAILED = 'UNKNOWN';

/** Narrows what kafkajs threw: `fenced`, `broker_unavailable`, or a bug. */
export function toBusError(error: unknown, doing: string): UnavailableError | BugError | InvalidInputError {
  if (error instanceof UnavailableError || error instanceof BugError || error instanceof InvalidInputError)
    return error;
  const chain = causes(error);
  if (chain.some((link) => FENCED.has(link.type ?? '') || FENCED.has(`${link.type}:${link.message}`)))
    return new UnavailableError('fenced', doing, { cause: error });
  const deepest = chain.at(-1);
  // kafkajs throws it bare, for a broker whose connection has not been made yet or was lost.
  const notConnected = deepest?.message === 'Broker not connected';
  const passing = chain.some(({ name, type }) => PASSING.has(name) || type === BROKER_FAILED);
  if (notConnected || passing || deepest?.retriable === true)
    return new UnavailableError('broker_unavailable', doing, { cause: error });
  return new BugError(`${doing}: ${deepest?.message ?? String(error)}`, { cause: error });
}

/** Kafka's name of the error, for the few decisions that depend on it. */
export function kafkaErrorType(error: unknown): string | undefined {
  return causes(error).find((link) => link.type !== undefined)?.type;
}

/** The partition whose fetch asked for an offset outside the log, if that is what went wrong; its topic by full name. */
export function outOfRange(error: unknown): TopicPartition | undefined {
  const link = causes(error).find(({ name }) => name === 'KafkaJSOffsetOutOfRange');
  return link as unknown as TopicPartition | undefined;
}

function causes(error: unknown): KafkaError[] {
  const chain: KafkaError[] = [];
  for (let link = error; link instanceof Error && chain.length < 8; link = link.cause)
    chain.push(link as KafkaError);
  return chain;
}
