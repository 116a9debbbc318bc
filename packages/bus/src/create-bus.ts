import type { Logger } from '@tercet/kit';
import { createAdmin } from './kafkajs-admin.js';
import { createConsumer } from './kafkajs-consumer.js';
import { createProducer } from './kafkajs-producer.js';
import { createReader } from './kafkajs-reader.js';
import { createTransactionalProducer } from './kafkajs-transactional-producer.js';
import { deploymentNames } from './names.js';
import type { Bus, BusConfig } from './port.js';

/** The bus over kafkajs. Disposing it disposes all that was made by it, consumers first. */
export function createBus(config: BusConfig, logger: Logger): Bus {
  const names = deploymentNames(config.prefix);
  const owned = new Set<AsyncDisposable>();
  const own = async <T extends AsyncDisposable>(making: Promise<T>): Promise<T> => {
    const made = await making;
    const dispose = made[Symbol.asyncDispose].bind(made);
    owned.add(made);
    made[Symbol.asyncDispose] = async () => {
      owned.delete(made);
      await dispose();
    };
    return made;
  };
  const consumers = new Set<AsyncDisposable>();
  return {
    admin: () => own(createAdmin(config, names, logger)),
    producer: () => own(createProducer(config, names, logger)),
    transactionalProducer: (id, fenceOn) =>
      own(createTransactionalProducer(id, fenceOn, config, names, logger)),
    consume: async (options) => {
      const consumer = await own(createConsumer(options, config, names, logger));
      consumers.add(consumer);
      return consumer;
    },
    reader: (name) => own(createReader(name, config, names, logger)),
    [Symbol.asyncDispose]: async () => {
      // Handlers in flight still need their producers.
      await Promise.all(
        [...consumers].filter((made) => owned.has(made)).map((made) => made[Symbol.asyncDispose]()),
      );
      await Promise.all([...owned].map((made) => made[Symbol.asyncDispose]()));
    },
  };
}
