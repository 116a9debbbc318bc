import { setTimeout as delay } from 'node:timers/promises';
import type { Bus, BusProducer, OutgoingRecord } from '@tercet/bus';
import { type GatewayClient, GatewayError } from '@tercet/client';
import { Item, itemKey, Review, TOPIC } from '@tercet/contracts';
import { UnavailableError } from '@tercet/kit';
import { versionId } from './ledger.js';
import { type LoadPlan, type LoadStep, stepsAt } from './load-plan.js';

export interface LoadOptions extends LoadPlan {
  readonly items: number;
  readonly perSecond: number;
  readonly signal: AbortSignal;
}

/** A burst now and then costs less than a trickle: whatever comes together is fetched and decided together. */
const TICK_MS = 250;
/** The rate rises to its height within this time: services that have just started are slow for a while. */
const RAMP_MS = 10_000;
const MAX_BATCH = 200;
const RETRY_MS = 250;

/**
 * Sends the load as upstream would, at a steady rate, which no outage slows: behind one it catches up. `acknowledged`
 * receives every version that Kafka or the gateway acknowledged.
 */
export async function sendLoad(
  bus: Bus,
  gateway: GatewayClient,
  options: LoadOptions,
  acknowledged: Set<string>,
): Promise<void> {
  const { items, perSecond, signal } = options;
  const start = performance.now();
  const throughGateway: Promise<void>[] = [];
  let producer: BusProducer | undefined;
  for (let next = 0; next < items && !signal.aborted; ) {
    const due = Math.min(items, Math.floor(dueAt(performance.now() - start, perSecond)) + 1);
    const count = Math.min(MAX_BATCH, due - next);
    if (count <= 0) {
      await delay(TICK_MS);
      continue;
    }
    const steps = Array.from({ length: count }, (_, n) => stepsAt(options, next + n)).flat();
    const byGateway = steps.filter(isForGateway);
    const byTopic = steps.filter((step: LoadStep) => !(step.kind === 'item' && step.door === 'gateway'));
    try {
      producer ??= await bus.producer();
      await producer.send(byTopic.map(recordOf));
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      // Sent again by a new producer, as an upstream does: twice on the log is harmless.
      await Promise.resolve(producer?.[Symbol.asyncDispose]()).catch(() => undefined);
      producer = undefined;
      await delay(TICK_MS);
      continue;
    }
    for (const step of byTopic) if (step.kind === 'item') acknowledged.add(idOf(step.item));
    for (const { item } of byGateway)
      throughGateway.push(submit(gateway, item, signal).then(() => void acknowledged.add(idOf(item))));
    next += count;
    await delay(TICK_MS);
  }
  await Promise.all(throughGateway);
  await producer?.[Symbol.asyncDispose]();
}

/** How long the load lasts where nothing holds it up, in milliseconds. */
export function loadLengthMs(items: number, perSecond: number): number {
  const wholeMs = (items / perSecond) * 1000;
  return wholeMs <= RAMP_MS / 2 ? Math.sqrt(wholeMs * 2 * RAMP_MS) : wholeMs + RAMP_MS / 2;
}

/** How many versions are due by then. */
function dueAt(elapsedMs: number, perSecond: number): number {
  const rampMs = Math.min(elapsedMs, RAMP_MS);
  return ((rampMs ** 2 / (2 * RAMP_MS) + (elapsedMs - rampMs)) / 1000) * perSecond;
}

const idOf = ({ tenant, itemId, version }: Item): string => versionId(itemKey(tenant, itemId), version);

function isForGateway(step: LoadStep): step is Extract<LoadStep, { kind: 'item' }> {
  return step.kind === 'item' && step.door === 'gateway';
}

function recordOf(step: LoadStep): OutgoingRecord {
  if (step.kind === 'review') {
    const { review } = step;
    return { topic: TOPIC.reviews, key: review.itemKey, value: Review.encode(review).finish() };
  }
  const { item } = step;
  const key = itemKey(item.tenant, item.itemId);
  return { topic: TOPIC.items, key, value: Item.encode(item).finish() };
}

/** Until it is acknowledged: a gateway that is away or refuses for want of Kafka is asked again. */
async function submit(gateway: GatewayClient, item: Item, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await gateway.submitItem(item);
      return;
    } catch (error) {
      const mayPass =
        error instanceof UnavailableError || (error instanceof GatewayError && RETRIED.has(error.grpcStatus));
      if (!mayPass) throw error;
      await delay(RETRY_MS);
    }
  }
}

const RETRIED = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'CANCELLED', 'RESOURCE_EXHAUSTED']);
