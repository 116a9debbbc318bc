import type { Cluster } from 'kafkajs';
import { expect, test } from 'vitest';
import { GroupMembership } from './group-membership.js';

test('a call that finds its coordinator gone does not take it from another that is under way', async () => {
  const connecting: (() => void)[] = [];
  const beats: string[] = [];
  const broken = Object.assign(new Error('gone'), { type: 'NOT_COORDINATOR_FOR_GROUP' });
  const coordinator = (name: string) => ({
    isConnected: () => false,
    connect: () =>
      new Promise<void>((resolve, reject) => {
        connecting.push(name === 'first' && connecting.length === 0 ? () => reject(broken) : resolve);
      }),
    heartbeat: async () => void beats.push(name),
  });
  const names = ['first', 'second'];
  const found: ReturnType<typeof coordinator>[] = [];
  const cluster = {
    findGroupCoordinator: async () => {
      const one = coordinator(names[found.length] ?? 'later');
      found.push(one);
      return one;
    },
  } as unknown as Cluster;
  const membership = new GroupMembership(cluster, 'group', () => undefined);
  membership.joined(1, 'me');
  const first = membership.heartbeat(1);
  await Promise.resolve();
  const second = membership.heartbeat(1);
  const settled = Promise.all([first, second]);
  let done = false;
  void settled.finally(() => {
    done = true;
  });
  while (!done) {
    connecting.splice(0).forEach((go) => void go());
    await new Promise((resolve) => setImmediate(resolve));
  }
  await expect(settled).resolves.toBeDefined();
  expect(beats).toHaveLength(2);
});
