import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayError } from '@tercet/client';
import { Item, LookupState } from '@tercet/contracts';
import { startTestStack, type TestStack, waitFor } from '@tercet/harness';
import { type RedisServer, startRedis } from '@tercet/local-broker';
import { afterAll, beforeAll, expect, it } from 'vitest';

let folder = '';
let redis: RedisServer;
let stack: TestStack;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tercet-lookup-'));
  redis = await startRedis({ dataDir: folder });
  stack = await startTestStack('lookup', {
    services: ['intake', 'fusion', 'gateway'],
    env: { TERCET_REDIS_URL: redis.url },
    maxRestarts: 20,
  });
});
afterAll(async () => {
  await stack?.stop();
  await redis?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Decided without any encoder: its one part cannot be used. */
const broken = (itemId: string) =>
  Item.fromPartial({
    tenant: 'acme',
    itemId,
    version: 1n,
    parts: [{ partId: 'p', modality: 'smell', content: { $case: 'inline', value: new Uint8Array([1]) } }],
  });

/** What a caller hears of an item: its state, or the code of the refusal. */
async function heard(itemId: string): Promise<string> {
  try {
    const { state } = await stack.gateway.getDecision('acme', itemId);
    return LookupState[state];
  } catch (error) {
    if (error instanceof GatewayError) return `${error.grpcStatus} ${error.code}`;
    throw error;
  }
}

it('a look-up never answers unknown for what it lost, and answers again by itself', async () => {
  await stack.gateway.submitItem(broken('kept'));
  await waitFor('the decision', async () => (await heard('kept')) === 'DECIDED');

  const answers: string[] = [];
  const ask = async (): Promise<string> => {
    const answer = await heard('kept');
    answers.push(answer);
    return answer;
  };
  await redis.kill();
  await waitFor('a refusal', async () => (await ask()) === 'UNAVAILABLE redis_unavailable');
  // Items are taken all the same.
  await stack.gateway.submitItem(broken('meanwhile'));

  // It comes back without any data.
  await redis.restart();
  await waitFor('the look-up to know again', async () => (await ask()) === 'DECIDED', { intervalMs: 20 });
  expect(new Set(answers.filter((answer) => answer !== 'DECIDED'))).toEqual(
    new Set(answers.filter((answer) => answer.startsWith('UNAVAILABLE'))),
  );
  expect(answers).not.toContain('UNKNOWN');

  await waitFor('the item of the meantime', async () => (await heard('meanwhile')) === 'DECIDED');
  await waitFor('an item that never was', async () => (await heard('nobody')) === 'UNKNOWN');
});
