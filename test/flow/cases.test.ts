import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { connectGateway, type GatewayClient } from '@tercet/client';
import {
  Appeal,
  CaseRecord,
  Item,
  ItemReport,
  LookupState,
  partitionOf,
  TOPIC,
  topicTable,
} from '@tercet/contracts';
import { startTestStack, type TestStack, waitFor } from '@tercet/harness';
import { afterAll, beforeAll, expect, it } from 'vitest';

const TERCET = fileURLToPath(new URL('../../packages/client/bin/tercet.js', import.meta.url));
const KEY = 'acme/contested';
let stack: TestStack;
let gateway: GatewayClient;

beforeAll(async () => {
  stack = await startTestStack('cases', { services: ['intake', 'fusion', 'gateway'] });
  gateway = connectGateway(stack.grpcAddress);
});
afterAll(async () => {
  gateway?.[Symbol.dispose]();
  await stack?.stop();
});

/** Decided without any encoder: its one part cannot be used. */
async function decideOne(): Promise<void> {
  const part = {
    partId: 'p',
    modality: 'smell',
    content: { $case: 'inline' as const, value: new Uint8Array([1]) },
  };
  await gateway.submitItem(
    Item.fromPartial({ tenant: 'acme', itemId: 'contested', version: 1n, parts: [part] }),
  );
  await waitFor('the item to be decided', async () => {
    const answer = await gateway.getDecision('acme', 'contested').catch(() => undefined);
    return answer?.state === LookupState.DECIDED;
  });
}

/** What lies on `cases` under the item's key, in order. */
async function cases(): Promise<CaseRecord[]> {
  const partitions = topicTable().find(({ name }) => name === TOPIC.cases)?.partitions ?? 0;
  const place = { topic: TOPIC.cases, partition: partitionOf(KEY, partitions) };
  await using reader = await stack.bus.reader('cases-test');
  const { low } = await reader.bounds(place);
  const found: CaseRecord[] = [];
  await reader.readToEnd(place, low, (records) => {
    for (const { value } of records) if (value) found.push(CaseRecord.decode(value));
  });
  return found;
}

it('reports and appeals reach the topic under their item’s key, and a stale appeal does not', async () => {
  await decideOne();
  const report = ItemReport.fromPartial({ reportId: 'r-1', reporterId: 'u-12', category: 'spam/scam' });
  expect(await gateway.reportItem('acme', 'contested', report)).toEqual({ reportId: 'r-1' });
  const appeal = Appeal.fromPartial({
    appealId: 'a-1',
    version: 1n,
    revision: 1,
    appellantId: 'u-83',
    statement: 'It is satire.',
  });
  const stale = gateway.fileAppeal('acme', 'contested', { ...appeal, revision: 2 });
  await expect(stale).rejects.toMatchObject({ grpcStatus: 'FAILED_PRECONDITION', code: 'stale_appeal' });
  expect(await gateway.fileAppeal('acme', 'contested', appeal)).toEqual({ appealId: 'a-1' });
  expect(await cases()).toMatchObject([
    { itemKey: KEY, body: { $case: 'report', value: { reporterId: 'u-12', category: 'spam/scam' } } },
    {
      itemKey: KEY,
      body: { $case: 'appeal', value: { version: 1n, revision: 1, statement: 'It is satire.' } },
    },
  ]);
});

it('the commands report an item, and contest its latest decision', async () => {
  const before = (await cases()).length;
  const tercet = (...args: string[]) =>
    promisify(execFile)(process.execPath, [TERCET, ...args, '--gateway', stack.grpcAddress, '--json']);
  const report = await tercet('report', KEY, '--reporter', 'u-9', '--note', 'Look at this', '--id', 'r-2');
  expect(JSON.parse(report.stdout)).toEqual({ item_key: KEY, report_id: 'r-2' });
  const appeal = await tercet(
    'appeal',
    KEY,
    '--appellant',
    'u-83',
    '--statement',
    'Look again',
    '--id',
    'a-2',
  );
  expect(JSON.parse(appeal.stdout)).toMatchObject({ appeal_id: 'a-2', version: '1', revision: 1 });
  expect((await cases()).slice(before)).toMatchObject([
    { body: { $case: 'report', value: { reportId: 'r-2', reporterId: 'u-9', note: 'Look at this' } } },
    { body: { $case: 'appeal', value: { appealId: 'a-2', statement: 'Look again' } } },
  ]);
});
