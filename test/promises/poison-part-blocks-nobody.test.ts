import { submitItems } from '@tercet/client';
import { DEFAULT_PARTITIONS, DecisionCause, Item, itemKey, type Part, partitionOf } from '@tercet/contracts';
import { startTestStack, type TestStack, waitFor } from '@tercet/harness';
import { freePort, ManagedProcess, REPOSITORY, startReaper } from '@tercet/local';
import sharp from 'sharp';
import { afterEach, expect, it } from 'vitest';
import { blackPng, m4a, toneWav } from '../flow/walk/media.js';
import { audio, decisionOf, image, TENANT, text } from '../flow/walk/post.js';

const WINDOW_MS = 100_000;
/** One partition for all, so that whatever blocks it shows. */
const PARTITION = 3;

let stack: TestStack | undefined;
afterEach(async () => {
  await stack?.stop();
  stack = undefined;
});

/** Item ids that all lie on one partition of every topic. */
function* idsOfOnePartition(): Generator<string, never> {
  for (let n = 0; ; n += 1) {
    const id = `post-${n}`;
    if (partitionOf(itemKey(TENANT, id), DEFAULT_PARTITIONS.raw) === PARTITION) yield id;
  }
}

const itemOf = (itemId: string, part: Part): Item =>
  Item.fromPartial({ tenant: TENANT, itemId, version: 1n, windowMs: BigInt(WINDOW_MS), parts: [part] });

async function picture(): Promise<Uint8Array> {
  const create = { width: 320, height: 240, channels: 3 as const, background: '#88aa99' };
  return sharp({ create }).jpeg().toBuffer();
}

it('a broken picture or clip costs itself alone: what lies behind it on its partition is decided', async () => {
  const running = await startTestStack('poison-media', {
    services: ['intake', 'image-encoder', 'audio-encoder', 'fusion', 'gateway'],
  });
  stack = running;
  const good = await picture();
  const clip = await m4a(2);
  const poisons: [code: string, part: Part][] = [
    // Half a picture behind a sound header, a header that lies about what follows, 900 megapixels in a few kilobytes.
    ['undecodable_media', image('poison', good.subarray(0, Math.floor(good.length / 2)))],
    ['undecodable_media', image('poison', Buffer.concat([good.subarray(0, 24), Buffer.alloc(4_096, 0xff)]))],
    ['too_many_pixels', image('poison', blackPng(30_000, 30_000), 'image/png')],
    ['undecodable_media', audio('poison', clip.subarray(0, Math.floor(clip.length * 0.6)), 'audio/mp4')],
  ];
  const ids = idsOfOnePartition();
  const sent = poisons.map(([code, poison]) => ({
    code,
    poison,
    id: ids.next().value,
    behind: ids.next().value,
  }));
  await submitItems(
    running.bus,
    sent.flatMap(({ id, poison, behind }) => [
      itemOf(id, poison),
      itemOf(behind, poison.modality === 'image' ? image('sound', good) : audio('sound', toneWav(1))),
    ]),
  );
  for (const { id, behind, code } of sent) {
    const decision = await decisionOf(running, id);
    expect(decision.partsMissing.map((part) => [part.state, part.code])).toEqual([['failed', code]]);
    expect(decision.action, id).toBe('review');
    const next = await decisionOf(running, behind);
    // Of a sound clip is said that no head reads it; nothing else is missing.
    const missing = next.partsMissing.filter(({ code }) => code !== 'no_head');
    expect([DecisionCause[next.cause], missing], behind).toEqual(['COMPLETE', []]);
  }
}, 180_000);

it('a part that ends the whole encoder each time is given up in the end, and the partition goes on', async () => {
  const running = await startTestStack('poison-process', { services: ['intake', 'fusion', 'gateway'] });
  stack = running;
  const healthPort = await freePort();
  const reaper = startReaper();
  const encoder = new ManagedProcess({
    name: 'letters',
    command: process.execPath,
    args: ['fixtures/letters-main.mjs'],
    cwd: `${REPOSITORY}/packages/encoder`,
    env: {
      ...process.env,
      TERCET_KAFKA_BROKERS: running.kafkaBrokers.join(','),
      TERCET_TOPIC_PREFIX: running.prefix,
      TERCET_CONTENT_STORE: new URL(`file://${running.contentDir}`).href,
      TERCET_HEALTH_PORT: String(healthPort),
      // Each life ends without a farewell, and its successor waits so long for the group.
      TERCET_SESSION_TIMEOUT_MS: '1000',
    },
    reaper,
    maxRestarts: 40,
    stopTimeoutMs: 10_000,
  });
  try {
    const ids = idsOfOnePartition();
    const next = () => ids.next().value;
    const harmless = Array.from({ length: 3 }, next);
    const poison = next();
    const behind = Array.from({ length: 10 }, next);
    const items = [...harmless, poison, ...behind].map((id) =>
      itemOf(id, text('words', id === poison ? 'prepare:killall' : `a harmless note, ${id}`)),
    );
    await submitItems(running.bus, items);
    encoder.start();
    const failed = await waitFor('the poison is decided', () => decisionOf(running, poison), {
      timeoutMs: 120_000,
      explain: () => encoder.log.last(20).join('\n'),
    });
    expect(failed.partsMissing.map((part) => [part.state, part.code])).toEqual([['failed', 'crashed']]);
    expect(failed.action).toBe('review');
    expect(encoder.restarts).toBeGreaterThan(1);
    // Nobody else paid: neither those before it nor those behind it.
    for (const id of [...harmless, ...behind]) {
      const decision = await decisionOf(running, id);
      expect(
        decision.partsMissing.filter(({ state }) => state === 'failed'),
        id,
      ).toEqual([]);
    }
    const { restarts } = encoder;
    await decisionOf(running, behind.at(-1) ?? '');
    expect(encoder.restarts).toBe(restarts);
  } finally {
    await encoder.stop();
    await reaper.stop();
  }
}, 240_000);
