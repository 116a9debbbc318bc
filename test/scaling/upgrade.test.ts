import { DecisionCause, JoinRecord } from '@tercet/contracts';
import { waitFor } from '@tercet/harness';
import { freePort, ManagedProcess, type ServiceProcess } from '@tercet/local';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { joinRecord } from '../../services/fusion/src/simulation/join-records.js';
import { decided, type JoinStage, ledger, type Sent, startJoinStage } from '../promises/join-stage.js';
import { makeNextFusion, type NextBuild } from './next-build.js';

const ITEMS_PER_STEP = 60;
const WINDOW_MS = 110_000;

/** A field that this schema does not know. */
const NEXT_FIELD = new Uint8Array([0xc2, 0x3e, 4, ...Buffer.from('next')]);
const asNext = ({ itemKey, value }: Sent): Sent => ({ itemKey, value: Buffer.concat([value, NEXT_FIELD]) });
/** A record of a kind that this schema does not know. */
const ofNextKind = (itemKey: string): Sent =>
  asNext({ itemKey, value: JoinRecord.encode(JoinRecord.create({ itemKey, version: 1n })).finish() });

let stage: JoinStage;
let next: NextBuild;
const upgraded: ManagedProcess[] = [];
beforeAll(async () => {
  stage = await startJoinStage('upgrade');
  next = makeNextFusion('1-state.lua', ['local ITEM_BYTES = 600', 'local ITEM_BYTES = 640']);
});
afterAll(async () => {
  await Promise.all(upgraded.map((one) => one.stop()));
  await stage?.[Symbol.asyncDispose]();
  next?.[Symbol.dispose]();
}, 120_000);

/** The next build beside an old process: the same settings, another folder. */
async function startNext(old: ServiceProcess): Promise<ManagedProcess> {
  const port = await freePort();
  const env = { ...old.options.env, TERCET_HEALTH_PORT: String(port) };
  const process = new ManagedProcess({
    ...old.options,
    name: `next-${upgraded.length}`,
    cwd: next.folder,
    env,
  });
  upgraded.push(process);
  process.start();
  const isReady = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  await waitFor(`${process.name} is ready`, () => isReady().catch(() => false), {
    explain: () => process.log.last(12).join('\n'),
  });
  return process;
}

const libraries = async (): Promise<string[]> => [
  ...new Set((await stage.redisCommand('FUNCTION', 'LIST')).match(/tercet_join_[0-9a-f]{8}$/gm)),
];
const usedBytes = async (): Promise<number> =>
  Number(/used_memory:(\d+)/.exec(await stage.redisCommand('INFO', 'memory'))?.[1]);
const recovered = (process: ManagedProcess): boolean =>
  process.log.all().some((line) => line.includes('"partition recovered"'));

it('fusion is upgraded and rolled back with items in flight: none is lost, none is decided twice', async () => {
  const opened: { itemKey: string; version: bigint }[] = [];
  /** What each step leaves open for the next: its items' second parts. */
  let owed: Sent[] = [];
  /** `write`: as the producers of one build or the other encode their records. */
  const step = async (write: (one: Sent) => Sent = (one) => one): Promise<void> => {
    const later: Sent[] = [];
    for (let n = 0; n < ITEMS_PER_STEP; n += 1) {
      const itemKey = `acme/post-${opened.length}`;
      opened.push({ itemKey, version: 1n });
      await stage.send([
        write({ itemKey, value: joinRecord.opened(itemKey, 1n, ['text', 'image'], WINDOW_MS) }),
        write({ itemKey, value: joinRecord.embedded(itemKey, 1n, 'text') }),
        ...(write === asNext ? [ofNextKind(itemKey)] : []),
      ]);
      later.push(write({ itemKey, value: joinRecord.embedded(itemKey, 1n, 'image') }));
    }
    await stage.send(owed);
    owed = later;
  };

  const first = await stage.startFusion();
  const second = await stage.startFusion();
  const emptyBytes = await usedBytes();
  await step();
  const [old] = await libraries();
  expect(await libraries()).toHaveLength(1);

  // Forward, one process at a time, as a Deployment does it; producers are upgraded as well.
  const newer = await startNext(first);
  await Promise.all([step(), first.stop()]);
  const newest = await startNext(second);
  await Promise.all([step(asNext), second.stop()]);
  await step(asNext);
  await waitFor(
    'the next build works',
    async () => recovered(newer) && recovered(newest) && (await libraries()).length === 2,
  );
  expect(await libraries()).toContain(old);

  // And back.
  const third = await stage.startFusion();
  await Promise.all([step(asNext), newer.stop()]);
  const fourth = await stage.startFusion();
  await Promise.all([step(), newest.stop()]);
  await step();
  await stage.send(owed);
  await waitFor('the old build works again', () => recovered(third) && recovered(fourth));

  const decisions = await decided(stage, opened.length, 100_000);
  expect(ledger(opened, decisions)).toEqual({ missing: [], repeated: [], outOfOrder: [] });
  // None waited so long for its owner that the deadline decided.
  expect([...new Set(decisions.map(({ cause }) => DecisionCause[cause]))]).toEqual(['COMPLETE']);
  const each = Math.round(((await usedBytes()) - emptyBytes) / opened.length);
  console.log(
    `${opened.length} items over an upgrade and a rollback, each decided once; ${each} bytes of Redis a decided item`,
  );
}, 300_000);
