import type { Bus } from '@tercet/bus';
import { Decision, TOPIC } from '@tercet/contracts';
import { createLookup } from '@tercet/join-state';
import { Redis } from 'ioredis';
import { encodedLookup } from './encoded-lookup.js';
import type { GatewayEvents } from './events.js';
import type { LookUp, LookUpEncoded } from './lookup.js';

const COMMAND_TIMEOUT_MS = 2000;

/** What the look-up is opened with. */
export interface LookupSettings {
  readonly redisUrl: string;
  readonly bus: { readonly prefix: string };
}

/**
 * Opens the read-only view of the join's state, partitioned as `embeddings` is. `onReady` is called when Redis has
 * answered for the first time; should it go away later, items can still be submitted.
 */
export async function openLookup(
  settings: LookupSettings,
  bus: Pick<Bus, 'admin'>,
  events: GatewayEvents,
  onReady: () => void,
): Promise<{ lookUp: LookUp; lookUpEncoded: LookUpEncoded } & AsyncDisposable> {
  const partitions = await partitionsOf(bus);
  const redis = new Redis(settings.redisUrl, {
    // A call fails at once where Redis is away; the caller is told, and asks again.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: COMMAND_TIMEOUT_MS,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2000),
  });
  // ioredis reconnects by itself; without a listener the error would end the process.
  redis.on('error', (error: Error) => events.redisBroken(error));
  redis.once('ready', onReady);
  const lookup = createLookup(redis, { prefix: settings.bus.prefix, partitions });
  const lookUpEncoded: LookUpEncoded = (itemKey) => lookup.lookup(itemKey).then(encodedLookup);
  return {
    lookUpEncoded,
    lookUp: async (itemKey) => {
      const { decision, ...rest } = await lookUpEncoded(itemKey);
      return { ...rest, decision: decision && Decision.decode(decision) };
    },
    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  };
}

async function partitionsOf(bus: Pick<Bus, 'admin'>): Promise<number> {
  await using admin = await bus.admin();
  // Awaited here: `admin` is disposed on the way out.
  return await admin.partitionCount(TOPIC.embeddings);
}
