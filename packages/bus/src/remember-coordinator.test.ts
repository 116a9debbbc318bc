import { Kafka } from 'kafkajs';
import { expect, test } from 'vitest';
import { rememberCoordinator, remembering } from './remember-coordinator.js';

test('a transaction coordinator is asked for once a second, a group coordinator each time', async () => {
  let nowMs = 0;
  const asked: string[] = [];
  const broker = { nodeId: '7' } as never;
  const cluster = remembering(
    {
      findGroupCoordinator: async ({ groupId, coordinatorType = 0 }) => {
        asked.push(`${coordinatorType} ${groupId}`);
        return broker;
      },
      findBroker: async ({ nodeId }) => {
        asked.push(`broker ${nodeId}`);
        return broker;
      },
    },
    () => nowMs,
  );
  const find = (coordinatorType: number, groupId = 'id') =>
    cluster.findGroupCoordinator({ groupId, coordinatorType });
  await find(1);
  await find(1);
  await find(0);
  await find(0);
  nowMs = 1_000;
  await find(1);
  await find(1, 'other');
  expect(asked).toEqual(['1 id', 'broker 7', '0 id', '0 id', '1 id', '1 other']);
});

test('kafkajs still makes its clusters where they are reached', () => {
  const kafka = new Kafka({ brokers: ['127.0.0.1:1'] });
  expect(() => rememberCoordinator(kafka).producer({ transactionalId: 'id' })).not.toThrow();
});
