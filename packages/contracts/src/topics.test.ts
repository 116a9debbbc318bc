import { expect, it } from 'vitest';
import { TOPIC, topicTable } from './topics.js';

it('gives the join’s two topics one partition count, and its input the broker’s clock', () => {
  const table = new Map(topicTable({ join: 5, raw: 7, items: 3 }).map((spec) => [spec.name, spec]));
  expect(table.get(TOPIC.embeddings)?.partitions).toBe(5);
  expect(table.get(TOPIC.decisions)?.partitions).toBe(5);
  expect(table.get(TOPIC.embeddings)?.config['message.timestamp.type']).toBe('LogAppendTime');
  expect(table.get(TOPIC.decisions)?.config['cleanup.policy']).toBe('compact,delete');
});
