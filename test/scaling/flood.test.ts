import { setTimeout as delay } from 'node:timers/promises';
import { submitItems } from '@tercet/client';
import { Item, JoinRecord, TOPIC } from '@tercet/contracts';
import { startTestStack, type TestStack, waitFor } from '@tercet/harness';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { K8S, render } from '../k8s/render/render.js';
import { ENCODERS, type EncoderName, topicOf } from '../k8s/rules/code.js';
import { Autoscaler } from './autoscaler.js';
import { kafkaLag, type LagAnswer } from './kafka-lag-model.js';
import { buildKedaScaler, KedaScaler } from './keda-scaler.js';
import { ReplicaSet } from './replica-set.js';
import { readScaledObject, type ScaledObjectSettings } from './scaled-object.js';

/**
 * One second of the test counts as so many for windows, periods and polling: ten minutes of stabilisation pass in 30 s.
 * Nothing else is hurried: processes start, load models, drain and rebalance as they do.
 */
const SPEED = 20;
const FLOODED: EncoderName = 'text-encoder';
const ENCODER_NAMES = [
  'text-encoder',
  'image-encoder',
  'audio-encoder',
] as const satisfies readonly EncoderName[];
/** Of the flood's lag: so many replicas' worth, by the rendered threshold. */
const WORTH = 3.5;
const SENTENCES = 24;

let stack: TestStack;
let program: string | undefined;
const settings = new Map<EncoderName, ScaledObjectSettings>();
const sets = new Map<EncoderName, ReplicaSet>();
const scalers: KedaScaler[] = [];
const autoscalers = new Map<EncoderName, Autoscaler>();

beforeAll(async () => {
  try {
    program = buildKedaScaler();
  } catch (error) {
    console.log(
      `lag by our model of KEDA's Kafka scaler, since its own was not built: ${(error as Error).message}`,
    );
  }
  for (const one of await render(`${K8S}/overlays/prod`))
    if (one.kind === 'ScaledObject') settings.set(one.metadata.name as EncoderName, readScaledObject(one));
  const env = { TERCET_SESSION_TIMEOUT_MS: '10000' };
  stack = await startTestStack('scaling', { services: ['intake', ...ENCODER_NAMES], env });
  for (const encoder of ENCODER_NAMES) {
    const replicas = new ReplicaSet(stack, encoder, env);
    sets.set(encoder, replicas);
    const given = settings.get(encoder) as ScaledObjectSettings;
    autoscalers.set(encoder, new Autoscaler(given, replicas, await lagReader(encoder, given)));
  }
}, 900_000);
afterAll(async () => {
  for (const scaler of scalers) await scaler[Symbol.asyncDispose]();
  for (const replicas of sets.values()) await replicas[Symbol.asyncDispose]();
  await stack?.stop();
}, 120_000);

/** KEDA's own scaler where it was built; the trigger as rendered, but for the prefix of this test's topics. */
async function lagReader(
  encoder: EncoderName,
  given: ScaledObjectSettings,
): Promise<() => Promise<LagAnswer>> {
  if (program === undefined) return async () => kafkaLag(given.trigger, await lagsOf(encoder));
  const { metadata } = given;
  const prefixed = {
    topic: `${stack.prefix}${metadata['topic']}`,
    consumerGroup: `${stack.prefix}${metadata['consumerGroup']}`,
  };
  const env = { TERCET_KAFKA_BROKERS: stack.kafkaBrokers.join(',') };
  const { scaler, target } = await KedaScaler.start(program, { ...metadata, ...prefixed }, env);
  scalers.push(scaler);
  expect(target).toBe(given.trigger.lagThreshold);
  return () => scaler.lag();
}

/** The model's input: the total suffices for it, on as many partitions as there are. */
async function lagsOf(encoder: EncoderName): Promise<number[]> {
  await using admin = await stack.bus.admin();
  const topic = topicOf(encoder);
  const lags = Array.from({ length: await admin.partitionCount(topic) }, () => 0);
  lags[0] = Number(await admin.lag(encoder, topic));
  return lags;
}

const part = (partId: string, value: string) => ({
  partId,
  modality: 'text',
  language: 'en',
  content: { $case: 'text' as const, value },
});
const itemOf = (itemId: string, parts: object[]): Item =>
  Item.fromPartial({ tenant: 'acme', itemId, version: 1n, windowMs: 600_000n, parts } as never);

/** A text of many sentences, each another, so that one costs a good part of a second. */
const article = (n: number): string =>
  Array.from(
    { length: SENTENCES },
    (_, i) => `Paragraph ${i} of article ${n} tells of a walk by the river in month ${(n * i) % 12}.`,
  ).join(' ');

const picture = (shade: number): Promise<Uint8Array> =>
  sharp({ create: { width: 64, height: 64, channels: 3, background: { r: shade % 256, g: 128, b: 64 } } })
    .png()
    .toBuffer();

/** Ids of the items that have a vector, or another outcome, for each of their parts. */
async function outcomes(): Promise<Map<string, Set<string>>> {
  await using reader = await stack.bus.reader('outcomes');
  await using admin = await stack.bus.admin();
  const found = new Map<string, Set<string>>();
  const partitions = await admin.partitionCount(TOPIC.embeddings);
  for (let partition = 0; partition < partitions; partition += 1) {
    await reader.readToEnd({ topic: TOPIC.embeddings, partition }, 0n, (records) => {
      for (const { value } of records) {
        const { itemKey, body } = JoinRecord.decode(value ?? new Uint8Array());
        if (body?.$case !== 'partEmbedded') continue;
        found.set(itemKey, (found.get(itemKey) ?? new Set()).add(body.value.partId));
      }
    });
  }
  return found;
}

it('one flooded encoder grows alone, drains its backlog, and comes back slowly without losing a part', async () => {
  const flooded = autoscalers.get(FLOODED) as Autoscaler;
  const { trigger, hpa } = flooded.settings;
  const sent = new Map<string, string[]>();
  const send = async (items: Item[]): Promise<void> => {
    await submitItems(stack.bus, items);
    for (const item of items)
      sent.set(
        `acme/${item.itemId}`,
        item.parts.map(({ partId }) => partId),
      );
  };
  const floodSize = Math.ceil(WORTH * trigger.lagThreshold);
  await send(Array.from({ length: floodSize }, (_, n) => itemOf(`flood-${n}`, [part('words', article(n))])));

  const start = performance.now();
  const now = (): number => ((performance.now() - start) / 1000) * SPEED;
  let readyAtPeak = 0;
  let drainedAt: number | undefined;
  let trickled = 0;
  /** One poll of every ScaledObject; a little of everything goes on meanwhile. */
  const round = async (): Promise<void> => {
    for (const autoscaler of autoscalers.values()) await autoscaler.tick(now());
    readyAtPeak = Math.max(readyAtPeak, (await sets.get(FLOODED)?.ready()) ?? 0);
    if ((flooded.readings.at(-1)?.lag ?? 0) <= trigger.lagThreshold) drainedAt ??= now();
    else drainedAt = undefined;
    trickled += 1;
    const words = part('words', `A short note, number ${trickled}.`);
    const image = {
      partId: 'picture',
      modality: 'image',
      mediaType: 'image/png',
      content: { $case: 'inline', value: await picture(trickled) },
    };
    await send([itemOf(`trickle-${trickled}`, trickled % 4 === 0 ? [words, image] : [words])]);
    await delay((flooded.settings.pollingIntervalSeconds / SPEED) * 1000);
  };
  const explain = (): string =>
    JSON.stringify({ changes: flooded.changes, last: flooded.readings.slice(-5) });

  await waitFor(
    'the flood is seen',
    async () => {
      await round();
      return flooded.peak > 1;
    },
    { timeoutMs: 60_000, intervalMs: 1, explain },
  );
  await waitFor(
    'the backlog is drained',
    async () => {
      await round();
      return drainedAt !== undefined && flooded.readings.length > 20;
    },
    { timeoutMs: 240_000, intervalMs: 1, explain },
  );
  const drained = drainedAt as unknown as number;
  await waitFor(
    'it is back to one replica',
    async () => {
      await round();
      return flooded.replicas.count === flooded.settings.hpa.minReplicas;
    },
    { timeoutMs: 240_000, intervalMs: 1, explain },
  );

  // It grew as its ScaledObject says, and in real processes.
  expect(flooded.peak).toBeGreaterThanOrEqual(3);
  expect(flooded.peak).toBeLessThanOrEqual(hpa.maxReplicas);
  expect(readyAtPeak).toBeGreaterThan(0);
  // The others stayed, though parts of theirs went by.
  for (const [encoder, autoscaler] of autoscalers)
    if (encoder !== FLOODED) expect(autoscaler.changes, encoder).toEqual([]);
  // The way back: a pod goes only when nothing within the window asked for it, and one in each period.
  const steps = flooded.changes.filter(({ from, to }) => to < from);
  const [policy] = hpa.scaleDown.policies;
  const window = hpa.scaleDown.stabilizationWindowSeconds;
  expect(steps.length).toBe(flooded.peak - hpa.minReplicas);
  for (const [index, { from, to, atSeconds }] of steps.entries()) {
    expect(from - to).toBeLessThanOrEqual(policy?.value ?? 0);
    const wanted = flooded.readings
      .filter((reading) => reading.atSeconds > atSeconds - window && reading.atSeconds <= atSeconds)
      .map(({ lag }) => Math.ceil(lag / trigger.lagThreshold));
    expect(Math.max(...wanted)).toBeLessThan(from);
    const before = steps[index - 1];
    if (before) expect(atSeconds - before.atSeconds).toBeGreaterThanOrEqual(policy?.periodSeconds ?? 0);
  }
  // Nothing was lost on the way, and every offset is committed.
  await waitFor(
    'every part has its vector',
    async () => {
      const found = await outcomes();
      return [...sent].every(([key, parts]) => parts.every((id) => found.get(key)?.has(id)));
    },
    { timeoutMs: 60_000, intervalMs: 1000, explain },
  );
  await using admin = await stack.bus.admin();
  await waitFor('nothing waits', async () => (await admin.lag(FLOODED, topicOf(FLOODED))) === 0n);

  const line = (name: string): string =>
    `${name}: ${flooded.changes.map(({ atSeconds, from, to }) => `${from}->${to} at ${atSeconds.toFixed(0)} s`).join(', ')}`;
  console.log(
    `lag by ${program ? "KEDA's own Kafka scaler" : 'our model of KEDA'}; ${floodSize} articles; times of the manifest, ${SPEED} to a second`,
  );
  console.log(
    `${line(FLOODED)}; drained at ${drained.toFixed(0)} s; ${sent.size} items, none lost; ${Object.keys(ENCODERS).length} ScaledObjects rendered`,
  );
}, 600_000);

it("KEDA's own scaler and our model of it say the same", async () => {
  if (program === undefined) return;
  for (const [encoder, autoscaler] of autoscalers) {
    await waitFor(`nothing waits for ${encoder}`, async () => (await lagsOf(encoder))[0] === 0);
    const own = await (await lagReader(encoder, autoscaler.settings))();
    expect(own).toEqual(kafkaLag(autoscaler.settings.trigger, await lagsOf(encoder)));
  }
});
