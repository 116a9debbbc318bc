import { pathToFileURL } from 'node:url';
import { RawPart, TOPIC } from '@tercet/contracts';
import { residentBytes, startTestStack, type TestStack, waitFor } from '@tercet/harness';
import { createContentStore } from '@tercet/kit';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { replicasOf } from './replicas.js';

const MAX_IN_FLIGHT_PARTS = 24;
/** Ten times what the encoder may hold. */
const PARTS = 10 * MAX_IN_FLIGHT_PARTS;
const MIB = 2 ** 20;
/** What memory may grow by between the first tenth of the backlog and its end. */
const MAX_GROWTH_MIB = 96;
/** The limit that every encoder keeps (docs/configuration.md). */
const MAX_MEMORY_MIB = 500;
/** Of noise, so that the file is as large as its pixels allow: all parts at once would take more than the limit. */
const SIDE = 1_700;

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack('encoder-backlog', { services: [] });
});
afterAll(() => stack?.stop());

async function noise(): Promise<Uint8Array> {
  const create = {
    width: SIDE,
    height: SIDE,
    channels: 3,
    noise: { type: 'gaussian', mean: 128, sigma: 60 },
  };
  return sharp({ create: { ...create, background: '#808080' } as never })
    .jpeg({ quality: 95 })
    .toBuffer();
}

it('a backlog of ten times the window drains, and memory does not grow with it', async () => {
  const bytes = await noise();
  expect(PARTS * bytes.length).toBeGreaterThan(MAX_MEMORY_MIB * MIB);
  const store = createContentStore(pathToFileURL(stack.contentDir).href);
  const sha256 = await store.put(bytes);
  await using producer = await stack.bus.producer();
  await producer.send(
    Array.from({ length: PARTS }, (_, n) => {
      const itemKey = `acme/picture-${n}`;
      const content = { sha256, sizeBytes: BigInt(bytes.length), uri: '' };
      const part = {
        itemKey,
        version: 1n,
        partId: 'photo',
        modality: 'image',
        mediaType: 'image/jpeg',
        content,
      };
      return { topic: 'raw.image', key: itemKey, value: RawPart.encode(RawPart.create(part)).finish() };
    }),
  );
  await using encoders = replicasOf(stack, 'image-encoder', {
    TERCET_MAX_IN_FLIGHT_PARTS: String(MAX_IN_FLIGHT_PARTS),
  });
  const [encoder] = await encoders.add(1);
  const pid = encoder?.pid ?? 0;

  const samples: { done: number; mib: number }[] = [];
  await using reader = await stack.bus.reader('backlog');
  await using admin = await stack.bus.admin();
  const partitions = await admin.partitionCount(TOPIC.embeddings);
  const published = async (): Promise<number> => {
    const places = Array.from({ length: partitions }, (_, partition) => ({
      topic: TOPIC.embeddings,
      partition,
    }));
    const ends = await Promise.all(places.map((place) => reader.bounds(place)));
    return ends.reduce((sum, { end }) => sum + Number(end), 0);
  };
  await waitFor(
    'the backlog is drained',
    async () => {
      samples.push({ done: await published(), mib: residentBytes(pid) / MIB });
      return (samples.at(-1)?.done ?? 0) >= PARTS;
    },
    { timeoutMs: 150_000, intervalMs: 250, explain: () => encoders.explain() },
  );
  await waitFor('all of it is committed', async () => (await admin.lag('image-encoder', 'raw.image')) === 0n);
  expect(encoder?.pid).toBe(pid);

  const early = samples.filter(({ done }) => done > 0 && done <= PARTS / 4).map(({ mib }) => mib);
  const late = samples.filter(({ done }) => done > PARTS / 4).map(({ mib }) => mib);
  expect(early.length, 'it was seen at the beginning').toBeGreaterThan(0);
  const [most, first] = [Math.max(...late), Math.max(...early)];
  console.log(
    `${PARTS} parts of ${(bytes.length / MIB).toFixed(1)} MiB: ${first.toFixed(0)} MiB at first, ${most.toFixed(0)} MiB at most`,
  );
  expect(most - first).toBeLessThan(MAX_GROWTH_MIB);
  expect(most).toBeLessThan(MAX_MEMORY_MIB);
}, 240_000);
