import type { Logger } from '@tercet/kit';
import { toBusError } from './bus-error.js';
import { kafkaClient } from './kafkajs-client.js';
import type { Names } from './names.js';
import { createOutgoing } from './outgoing.js';
import type { Appended, BusConfig, BusProducer, OutgoingRecord } from './port.js';

/** Retries of an idempotent producer must not be limited: a limit breaks its sequence. */
export const ENDLESS = Number.MAX_SAFE_INTEGER;

export async function createProducer(config: BusConfig, names: Names, logger: Logger): Promise<BusProducer> {
  const outgoing = createOutgoing(names);
  const producer = kafkaClient(config, logger).producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    createPartitioner: outgoing.createPartitioner,
    retry: { initialRetryTime: 50, maxRetryTime: 1_000, retries: ENDLESS },
  });
  await producer.connect().catch(async (error) => {
    await producer.disconnect().catch(() => undefined);
    throw toBusError(error, 'connecting a producer');
  });

  // One request at a time. kafkajs gives a failed request's sequence numbers to whichever request comes next; were
  // that another one, the broker would take it for a duplicate of the first and drop it with an acknowledgement.
  let turn: Promise<unknown> = Promise.resolve();

  const send = async (records: readonly OutgoingRecord[]): Promise<Appended[]> => {
    if (records.length === 0) return [];
    try {
      const { topicMessages, appended } = outgoing.prepare(records);
      return appended(await producer.sendBatch({ acks: -1, topicMessages }));
    } catch (error) {
      throw toBusError(error, 'sending records');
    }
  };

  return {
    send: (records) => {
      const sent = turn.then(() => send(records));
      turn = sent.catch(() => undefined);
      return sent;
    },
    [Symbol.asyncDispose]: async () => {
      outgoing.close();
      await producer.disconnect().catch((error: unknown) => {
        logger.debug('bus.disconnect_failed', { reason: String(error) });
      });
    },
  };
}
